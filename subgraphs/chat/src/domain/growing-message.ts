import { badInput, prose } from '@souk/runtime/domain';
import { messageFinal, messageNotOwn } from './errors.ts';
import { assertLive, type LiveMessage, type Message } from './message.ts';
import { assertInOpenRoom, type Room } from './room.ts';

/** As long as any other message. */
const MAX_LENGTH = 4_000;
/** A message whose author falls silent for so long is whole, so that nobody waits for the rest of it. */
export const GROWS_ON_MS = 10 * 60_000;
/** All in a room are sent each piece. */
export const PIECES_PER_SECOND = 5;
/** Of white space at the end, which another piece may follow, so much is kept. */
const TRAILING = 16;

export const isFinal = ({ growingUntil }: Message, now: Date): boolean =>
  growingUntil === null || growingUntil <= now;

/** Its author says more of it, for as long as it is not whole. */
export function assertMayAppend(
  message: Message,
  room: Room,
  viewerId: string,
  now: Date,
): asserts message is LiveMessage {
  assertInOpenRoom(room);
  if (message.authorId !== viewerId) throw messageNotOwn();
  assertLive(message);
  if (isFinal(message, now)) throw messageFinal();
}

/**
 * What a message says with another piece. Pieces are cut anywhere, inside of a word or of a character with
 * several code points; so the rule of texts holds for the whole and not for a piece.
 */
export function grownText(
  before: string,
  piece: string,
  { isLast, path }: { isLast: boolean; path: readonly string[] },
): string {
  if (!isLast && piece === '') throw badInput('Say something here.', path);
  const whole = before + piece;
  const text = prose(whole, MAX_LENGTH, path);
  if (isLast) return text;
  // As it was written: the next piece may begin with the other half of a line's end.
  const end = /\s*$/.exec(whole)?.[0] ?? '';
  return text + end.slice(0, TRAILING);
}
