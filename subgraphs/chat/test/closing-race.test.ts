import { randomUUID } from 'node:crypto';
import { openClient } from '@souk/runtime/postgres';
import { as, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, EDIT, FAILURES, SEND, startChat, type TestChat } from './chat.ts';

// Whoever says something while a room is closed: it comes before the event of the closing, or not at all.

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const APPEND = `mutation ($id: ID!, $final: Boolean!) { appendToMessage(
  input: { messageId: $id, expectedRevision: 1, text: " more", final: $final }) { ${FAILURES} } }`;

/** What becomes of what is asked while a room is being closed, behind whose closing it waits. */
async function askedWhileClosing(
  roomId: string,
  ask: () => ReturnType<TestChat['execute']>,
): Promise<unknown[]> {
  const closing = openClient({ connectionString: chat.databaseUrl });
  await closing.connect();
  try {
    await closing.query('BEGIN');
    await closing.query('SELECT 1 FROM room WHERE id = $1 FOR NO KEY UPDATE', [roomId]);
    await closing.query('SELECT 1 FROM event_stream WHERE stream = $1 FOR UPDATE', [
      `room:${roomId}`,
    ]);
    const asked = ask();
    // It has read the room as it is open, and waits for its turn in the room's stream.
    await until(async () => {
      const { rows } = await closing.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    await closing.query(
      'UPDATE room SET archived_at = now(), version = version + 1 WHERE id = $1',
      [roomId],
    );
    await closing.query('COMMIT');
    return codesOf(await asked);
  } finally {
    await closing.end();
  }
}

test.each(['a message', 'a reply', 'an edit', 'a piece', 'the last piece'])(
  '%s comes before its room is closed, or not at all',
  async (what) => {
    const roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Closing' });
    const { id } = await chat.send('ada', roomId, 'first', { final: !what.endsWith('piece') });
    const said = { roomId, clientMessageId: randomUUID(), text: 'late' };
    const calls: Record<string, [string, Record<string, unknown>]> = {
      'a message': [SEND, { input: said }],
      'a reply': [SEND, { input: { ...said, threadOfId: id } }],
      'an edit': [EDIT, { input: { messageId: id, text: 'late' } }],
      'a piece': [APPEND, { id, final: false }],
      'the last piece': [APPEND, { id, final: true }],
    };
    const [query, variables] = calls[what] as [string, Record<string, unknown>];
    const codes = await askedWhileClosing(roomId, () =>
      chat.execute(query, variables as never, as('ada')),
    );
    expect(codes).toEqual(['ROOM_ARCHIVED']);
    const READ = `query ($id: ID!) { room(id: $id) { messages(last: 9) { edges { node {
      text thread { replyCount } } } } } }`;
    const { room } = await chat.ask(READ, { id: roomId }, 'ada');
    expect(room.messages.edges).toEqual([
      { node: { text: 'first', thread: expect.toSatisfy((it) => !it?.replyCount) } },
    ]);
  },
);
