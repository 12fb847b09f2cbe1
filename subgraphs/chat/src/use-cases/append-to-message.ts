import { limitRate } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import { editConflict } from '../domain/errors.ts';
import {
  APPENDS_PER_SECOND,
  assertMayAppend,
  growingUntil,
  grownText,
} from '../domain/growing-message.ts';
import type { LiveMessage, Message } from '../domain/message.ts';
import { keeperOf } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';
import { announceGrowth, finishMessage } from './finish-message.ts';
import { lockedMessage, visibleMessage } from './message-access.ts';
import { assertStillMay } from './room-access.ts';
import { assertHeard } from './set-blocked.ts';

export interface AppendMessageInput {
  messageId: string;
  expectedRevision: number;
  text: string;
  final?: boolean | null | undefined;
}

const PATH = ['input', 'messageId'];
const ALLOWANCE = { rule: 'chat.append', points: APPENDS_PER_SECOND, perSeconds: 1 };

/**
 * Appends to a growing message. A client that retries with the same revision learns from the conflict that it
 * was done. The final piece is never rate-limited, since it ends what others wait for.
 */
export async function appendToMessage(
  deps: ChatDeps,
  viewer: Viewer,
  { messageId, expectedRevision, text: piece, final }: AppendMessageInput,
): Promise<Message> {
  const isLast = final ?? false;
  const { userId } = viewer;
  const seen = await visibleMessage(deps.reads, userId, messageId, PATH);
  assertMayAppend(seen.message, seen.room, keeperOf(viewer), deps.clock());
  if (!isLast) await limitRate(deps.rateLimit, userId, ALLOWANCE);
  return deps.transaction(async (stores) => {
    const { message, room } = await lockedMessage(stores, userId, messageId, PATH);
    const at = deps.clock();
    assertMayAppend(message, room, keeperOf(viewer), at);
    await assertHeard(stores, { message, room }, userId, PATH);
    if (message.revision !== expectedRevision) throw editConflict(message.revision);
    const text = grownText(message.text, piece, { isLast, path: ['input', 'text'] });
    const author = keeperOf(viewer);
    const grown = isLast
      ? await finishMessage(deps, stores, message, { text, room, author })
      : await growBy(stores, message, {
          ...{ text, until: growingUntil(message.sentAt, at), asStaff: author.isStaff },
        });
    await assertStillMay(stores, userId, { roomId: message.roomId, path: PATH }, (now) =>
      assertMayAppend(message, now, author, at),
    );
    return grown;
  });
}

async function growBy(
  stores: Pick<Stores, 'messageEdits'> & Parameters<typeof announceGrowth>[0],
  message: LiveMessage,
  to: { text: string; until: Date; asStaff: boolean },
): Promise<Message> {
  const grown = await stores.messageEdits.grow(message, to);
  await announceGrowth(stores, grown, { from: message.text.length, isFinal: false });
  return grown;
}
