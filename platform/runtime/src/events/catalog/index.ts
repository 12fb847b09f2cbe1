import type { z } from 'zod';
import { type EventDefinition, SUBGRAPHS } from '../define-event.ts';
import {
  type AccountDataGathered,
  accountDataGathered,
  type GatheredPayload,
} from './account-data.ts';
import { chatEvents } from './chat.ts';
import { groupsEvents } from './groups.ts';
import { notificationsEvents } from './notifications.ts';
import { ordersEvents } from './orders.ts';
import { productsEvents } from './products.ts';
import { usersEvents } from './users.ts';

/** Each subgraph's part of an export, in the form that all of them share. */
const gathered = Object.fromEntries(
  SUBGRAPHS.map((name) => [`${name}.AccountDataGathered`, accountDataGathered(name)]),
) as Record<AccountDataGathered, EventDefinition<GatheredPayload>>;

const catalog = {
  ...gathered,
  ...usersEvents,
  ...productsEvents,
  ...ordersEvents,
  ...groupsEvents,
  ...chatEvents,
  ...notificationsEvents,
};

export { NEWS_OF_CATEGORIES, newsOfProduct, newsOfSeller, newsOfStock } from './products.ts';

export type EventName = keyof typeof catalog;
export type PayloadOf<Name extends EventName> = z.infer<(typeof catalog)[Name]['payload']>;

/** Every event by name; `docs/events.md` is generated from it. */
export const EVENTS: { readonly [Name in EventName]: EventDefinition<PayloadOf<Name>> } =
  catalog as never;

export const isEventName = (name: string): name is EventName => Object.hasOwn(catalog, name);
