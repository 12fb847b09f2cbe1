import type { TransactionTools } from '@souk/runtime/events';
import type { MuteChange } from '../persistence/group-store.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceStanding } from '../use-cases/announce-standing.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * A person who is muted in a group cannot post in any of its rooms, and their devices show that. Guarded by
 * sequence.
 */
export const muteGroupMember = chatConsumer({
  name: 'mute-group-member',
  consumes: 'groups.MemberMuted',
  handle: ({ event: { groupId, userId, until }, sequence }, stores) => {
    const mute = { until: until === null ? null : new Date(until) };
    return apply(stores, { groupId, userId, mute, sequence });
  },
});

export const unmuteGroupMember = chatConsumer({
  name: 'unmute-group-member',
  consumes: 'groups.MemberUnmuted',
  handle: ({ event: { groupId, userId }, sequence }, stores) =>
    apply(stores, { groupId, userId, mute: null, sequence }),
});

async function apply(stores: Stores & TransactionTools, change: MuteChange): Promise<void> {
  const { groupId, userId } = change;
  if (await stores.groups.applyMute(change)) await announceStanding(stores, { groupId, userId });
}
