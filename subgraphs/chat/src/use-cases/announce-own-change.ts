import { type PayloadOf, type TransactionTools, userStream } from '@souk/runtime/events';

/** Something that a person keeps privately has changed: its kind and id. */
export type OwnChange = PayloadOf<'chat.OwnThingChanged'>;

/**
 * Tells people's other devices what has changed among their private things. It comes last, since streams are
 * locked in one order everywhere: a room's before a person's, and those of people by their ids.
 */
export async function announceOwnChanges(
  { events }: Pick<TransactionTools, 'events'>,
  changes: readonly OwnChange[],
): Promise<void> {
  await events.appendAll(
    [...changes]
      .sort((one, other) => (one.userId < other.userId ? -1 : 1))
      .map((payload) => ({
        type: 'chat.OwnThingChanged' as const,
        stream: userStream(payload.userId),
        payload,
      })),
  );
}
