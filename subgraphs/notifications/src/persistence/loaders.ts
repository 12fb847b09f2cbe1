import {
  createListLoader,
  createLoader,
  createViewerLoaders,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { Device } from '../domain/device.ts';
import type { Notification, UnreadCounts } from '../domain/notification.ts';
import type { Preferences } from '../domain/preferences.ts';
import type { Watch } from '../domain/watch.ts';
import type { WebhookAttempt, WebhookEndpoint } from '../domain/webhook.ts';
import type { LatestDelivery } from './delivery-store.ts';
import type { Email } from './email-store.ts';
import type { Person } from './person-store.ts';
import type { Room } from './room-store.ts';
import type { Stores } from './stores.ts';

export interface Loaders {
  /** Only the viewer's notices; those of others load as null. */
  readonly notification: Loader<Notification>;
  readonly deliveriesOf: ListLoader<LatestDelivery>;
  readonly person: Loader<Person>;
  readonly room: Loader<Room>;
  readonly email: Loader<Email>;
  /** Only the viewer's devices. */
  readonly device: Loader<Device>;
  /** The viewer's watches, by what they watch. */
  readonly watch: Loader<Watch>;
  /** Endpoints of any owner: the caller checks who may see them. */
  readonly webhookEndpoint: Loader<WebhookEndpoint>;
  readonly webhookAttempt: Loader<WebhookAttempt>;
  /** How many notices of a person are unread. */
  readonly unread: Loader<UnreadCounts>;
  readonly preferences: Loader<Preferences>;
}

export const createLoaders = (stores: Stores, viewerId: string | null): Loaders => {
  const ofViewer = createViewerLoaders(viewerId);
  const { notifications, deliveries, people, preferences, rooms, emails, devices, watches } =
    stores;
  return {
    notification: ofViewer(notifications.findOwn, ({ id }) => id),
    deliveriesOf: createListLoader(
      deliveries.latestOf,
      ({ notificationId }) => notificationId ?? '',
    ),
    person: createLoader(people.findMany, ({ userId }) => userId),
    room: createLoader(rooms.findMany, ({ id }) => id),
    watch: ofViewer(watches.findOwn, ({ entityId }) => entityId),
    device: ofViewer(devices.findOwn, ({ id }) => id),
    webhookEndpoint: createLoader(stores.webhookEndpoints.findMany, ({ id }) => id),
    webhookAttempt: createLoader(stores.webhookAttempts.findMany, ({ id }) => id),
    email: createLoader(emails.findMany, ({ id }) => id),
    unread: createLoader(notifications.unreadOf, ({ userId }) => userId),
    preferences: createLoader(preferences.of, ({ userId }) => userId),
  };
};
