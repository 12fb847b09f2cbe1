import { badInput, checkAll, isIdOf, notFound } from '@souk/runtime/domain';
import { checkedWatchEvents, MAX_WATCHES, type WatchEvent } from '../domain/watch.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

export interface WatchInput {
  entityId: string;
  events: readonly WatchEvent[];
}

/**
 * Has somebody notified of what becomes of a product. One that they may not see, or that there is none of,
 * is watched like any other and nothing is heard of it: a watch tells nobody what there is.
 */
export function watch(
  { transaction, clock }: NotificationsDeps,
  { userId }: Actor,
  { entityId, events }: WatchInput,
): Promise<void> {
  checkAll({
    entityId: () => {
      if (!isIdOf('prd', entityId)) throw notFound('Product', ['input', 'entityId']);
    },
    events: () => checkedWatchEvents(events),
  });
  return transaction(async ({ watches }) => {
    await watches.lock(userId);
    const [known] = await watches.findOwn(userId, [entityId]);
    if (!known && (await watches.count(userId)) >= MAX_WATCHES) {
      throw badInput(`At most ${MAX_WATCHES} products are watched.`, ['input', 'entityId']);
    }
    await watches.set({ userId, entityId, events: checkedWatchEvents(events), createdAt: clock() });
  });
}

/** Has them notified of it no more. */
export const unwatch = (
  { transaction }: NotificationsDeps,
  { userId }: Actor,
  entityId: string,
): Promise<void> =>
  transaction(async ({ watches }) => {
    if (!(await watches.remove(userId, entityId))) throw notFound('Watch', ['entityId']);
  });
