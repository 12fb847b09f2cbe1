import { badInput, checkAll, isShareable, notFound } from '@souk/runtime/domain';
import type { Channel } from '../domain/notification.ts';
import {
  checkedWatchChannels,
  checkedWatchEvents,
  MAX_WATCHES,
  type WatchEvent,
} from '../domain/watch.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

export interface WatchInput {
  entityId: string;
  events: readonly WatchEvent[];
  channels?: readonly Channel[] | null | undefined;
}

/**
 * Notifies a person of changes to something. A thing that they may not see, or that does not exist, is
 * watched like any other, and nothing is heard of it: a watch discloses nothing about what exists.
 */
export function watch(
  { transaction, clock }: NotificationsDeps,
  { userId }: Actor,
  { entityId, events, channels }: WatchInput,
): Promise<void> {
  const checked = checkAll({
    entityId: () => {
      if (!isShareable(entityId)) throw notFound('Shareable', ['input', 'entityId']);
    },
    events: () => checkedWatchEvents(events),
    channels: () => checkedWatchChannels(channels),
  });
  return transaction(async ({ watches }) => {
    await watches.lock(userId);
    const [known] = await watches.findOwn(userId, [entityId]);
    if (!known && (await watches.count(userId)) >= MAX_WATCHES) {
      throw badInput(`You can watch at most ${MAX_WATCHES} things.`, ['input', 'entityId']);
    }
    const { events, channels } = checked;
    await watches.set({ userId, entityId, events, channels, createdAt: clock() });
  });
}

/** Stops notifying them of it. */
export const unwatch = (
  { transaction }: NotificationsDeps,
  { userId }: Actor,
  entityId: string,
): Promise<void> =>
  transaction(async ({ watches }) => {
    if (!(await watches.remove(userId, entityId))) throw notFound('Watch', ['entityId']);
  });
