import type { FormChecks } from '@souk/runtime/domain';
import { assertSaysSomething, reactionOf } from './message.ts';
import { checkedRoom, type NewRoomInput } from './new-room.ts';
import { assertPresenceChange, type PresenceChange } from './presence.ts';
import { assertRoomChanges, type RoomChanges } from './room-changes.ts';

/** The domain's checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createRoom: ({ input }: { input: NewRoomInput }) => checkedRoom(input),
  sendMessage: ({ input }: { input: Parameters<typeof assertSaysSomething>[0] }) =>
    assertSaysSomething(input),
  setReaction: ({ emoji }: { emoji: string }) => reactionOf(emoji),
  updateRoom: ({ input }: { input: RoomChanges }) => assertRoomChanges(input),
  setPresence: ({ input }: { input: PresenceChange }) => assertPresenceChange(input),
};
