import { chatConsumer } from './define-consumer.ts';

/** Who is silenced in a group says nothing in any of its rooms. Guarded by sequence. */
export const muteGroupMember = chatConsumer({
  name: 'mute-group-member',
  consumes: 'groups.MemberMuted',
  handle: ({ event: { groupId, userId, until }, sequence }, { groups }) => {
    const mute = { until: until === null ? null : new Date(until) };
    return groups.applyMute({ groupId, userId, mute, sequence });
  },
});

export const unmuteGroupMember = chatConsumer({
  name: 'unmute-group-member',
  consumes: 'groups.MemberUnmuted',
  handle: ({ event: { groupId, userId }, sequence }, { groups }) =>
    groups.applyMute({ groupId, userId, mute: null, sequence }),
});
