import { randomUUID } from 'node:crypto';
import { systemClock } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import { openClient } from '@souk/runtime/postgres';
import { as, isWaitedFor, sessionOf, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { createSharedReads } from '../src/persistence/create-loaders.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { addParticipants } from '../src/use-cases/add-participants.ts';
import { answerRoomRequest } from '../src/use-cases/answer-room-request.ts';
import type { ChatDeps } from '../src/use-cases/deps.ts';
import { editMessage } from '../src/use-cases/edit-message.ts';
import { joinRoom } from '../src/use-cases/join-room.ts';
import { setPinned } from '../src/use-cases/set-pinned.ts';
import { setReaction } from '../src/use-cases/set-reaction.ts';
import {
  ADD,
  codesOf,
  EDIT,
  FAILURES,
  JOIN,
  PIN,
  REACT,
  SEND,
  startChat,
  type TestChat,
  UNHINDERED,
} from './chat.ts';
import { loggedEventsOf } from './database.ts';
import { roomAsFirstSeen } from './mutants/room-as-first-seen.ts';

// Whoever does something in a room while it is closed: it comes before the event of the closing, or not at all.

let chat: TestChat;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  chat = await startChat();
  client = createClient(chat.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await chat[Symbol.asyncDispose]();
});

const APPEND = `mutation ($id: ID!, $final: Boolean!) { appendToMessage(
  input: { messageId: $id, expectedRevision: 1, text: " more", final: $final }) { ${FAILURES} } }`;
const ACCEPT = `mutation ($id: ID!) { answerRoomRequest(roomId: $id, answer: ACCEPT) { ${FAILURES} } }`;
const WAVE = '👋';

interface Place {
  roomId: string;
  /** Ada's message in it. */
  id: string;
}

interface Act {
  ask: (place: Place) => [query: string, variables: object];
  /** Ada, unless it is somebody else. */
  who?: string;
  kind?: 'PUBLIC';
  isGrowing?: boolean;
  /** What has to be done before, so that there is something to do. */
  before?: (place: Place) => Promise<unknown>;
}

const late = (roomId: string) => ({ roomId, clientMessageId: randomUUID(), text: 'late' });
const reaction = ({ id }: Place) => ({ id, emoji: WAVE });
const react = (place: Place) => chat.ask(REACT, { ...reaction(place), on: true }, 'ada');
const pin = ({ id }: Place) => chat.ask(PIN, { id, on: true }, 'ada');

const ACTS: Record<string, Act> = {
  'a message': { ask: ({ roomId }) => [SEND, { input: late(roomId) }] },
  'a reply': { ask: ({ roomId, id }) => [SEND, { input: { ...late(roomId), threadOfId: id } }] },
  'an edit': { ask: ({ id }) => [EDIT, { input: { messageId: id, text: 'late' } }] },
  'a piece': { ask: ({ id }) => [APPEND, { id, final: false }], isGrowing: true },
  'the last piece': { ask: ({ id }) => [APPEND, { id, final: true }], isGrowing: true },
  'a reaction': { ask: (place) => [REACT, { ...reaction(place), on: true }] },
  'a reaction taken back': {
    ask: (place) => [REACT, { ...reaction(place), on: false }],
    before: react,
  },
  'a pin': { ask: ({ id }) => [PIN, { id, on: true }] },
  'a pin taken off': { ask: ({ id }) => [PIN, { id, on: false }], before: pin },
  'somebody who comes in': {
    ask: ({ roomId }) => [JOIN, { id: roomId }],
    who: 'bo',
    kind: 'PUBLIC',
  },
  'somebody who was asked by a stranger': {
    ask: ({ roomId }) => [ACCEPT, { id: roomId }],
    who: 'bo',
    before: ({ roomId }) =>
      sql(chat, 'INSERT INTO room_request VALUES ($1, $2, $3, now()) RETURNING 1', [
        ...[roomId, userIdOf('bo'), userIdOf('ada')],
      ]),
  },
  'somebody who is brought in': {
    ask: ({ roomId }) => [ADD, { roomId, userIds: [userIdOf('bo')] }],
  },
};

async function placeFor({ kind, isGrowing, before }: Act): Promise<Place> {
  const roomId = await chat.createRoom('ada', { kind: kind ?? 'PRIVATE', name: 'Closing' });
  const { id } = await chat.send('ada', roomId, 'first', { final: !isGrowing });
  await before?.({ roomId, id });
  return { roomId, id };
}

/** What is to be seen of a room, and what its stream holds. */
async function stateOf(roomId: string): Promise<unknown> {
  const READ = `query ($id: ID!) { room(id: $id) { participantCount messages(last: 9) { edges { node {
    text pinnedAt reactionCount thread { replyCount } } } } } }`;
  const [seen, logged] = await Promise.all([
    chat.ask(READ, { id: roomId }, 'ada'),
    loggedEventsOf(chat, roomId),
  ]);
  return { ...seen.room, logged: logged.map(({ type }) => type) };
}

/** What becomes of what is asked while a room is being closed, behind whose closing it waits. */
async function askedWhileClosing<Result>(
  roomId: string,
  ask: () => Promise<Result>,
): Promise<Result> {
  const closing = openClient({ connectionString: chat.databaseUrl });
  await closing.connect();
  try {
    await closing.query('BEGIN');
    await closing.query('SELECT 1 FROM room WHERE id = $1 FOR NO KEY UPDATE', [roomId]);
    await closing.query('SELECT 1 FROM event_stream WHERE stream = $1 FOR UPDATE', [
      `room:${roomId}`,
    ]);
    const session = await sessionOf(closing);
    let isOver = false;
    const asked = ask().finally(() => {
      isOver = true;
    });
    // It has read the room as it is open, and waits for its turn behind the closing itself.
    await until(async () => isOver || (await isWaitedFor(chat, session)));
    await closing.query(
      'UPDATE room SET archived_at = now(), version = version + 1 WHERE id = $1',
      [roomId],
    );
    await closing.query('COMMIT');
    return await asked;
  } finally {
    await closing.end();
  }
}

test.each(Object.keys(ACTS))(
  '%s is committed before its room closes, or not at all',
  async (name) => {
    const act = ACTS[name] as Act;
    const place = await placeFor(act);
    const before = await stateOf(place.roomId);
    const [query, variables] = act.ask(place);
    const answer = await askedWhileClosing(place.roomId, () =>
      chat.execute(query, variables as never, as(act.who ?? 'ada')),
    );
    expect(codesOf(answer)).toEqual(['ROOM_ARCHIVED']);
    expect(await stateOf(place.roomId)).toEqual(before);
  },
);

/** Those that wait for the room's stream alone, as use cases. */
const BY_USE_CASE: Record<string, (deps: ChatDeps, place: Place) => Promise<unknown>> = {
  'an edit': (deps, { id }) => editMessage(deps, as('ada'), { messageId: id, text: 'late' }),
  'a reaction': (deps, { id }) =>
    setReaction(deps, as('ada'), { messageId: id, emoji: WAVE, on: true }),
  'a pin taken off': (deps, { id }) => setPinned(deps, as('ada'), { messageId: id, on: false }),
  'somebody who comes in': (deps, { roomId }) => joinRoom(deps, as('bo'), roomId),
  'somebody who was asked by a stranger': (deps, { roomId }) =>
    answerRoomRequest(deps, as('bo'), { roomId, answer: 'ACCEPT' }),
  'somebody who is brought in': (deps, { roomId }) =>
    addParticipants(deps, as('ada'), { roomId, userIds: [userIdOf('bo')] }),
};

test.each(Object.keys(BY_USE_CASE))(
  '%s is committed after the closing where the room is not read again (mutant)',
  async (name) => {
    const place = await placeFor(ACTS[name] as Act);
    const before = await loggedEventsOf(chat, place.roomId);
    const transaction = createTransactor({
      begin: (work) => client.$transaction(work, { timeout: 60_000 }),
      storesOn: (db: Parameters<typeof storesOn>[0]) => roomAsFirstSeen(storesOn(db)),
      onCommitted: () => {},
    });
    const { rateLimit } = chat.backplane;
    const reads = storesOn(client);
    const sharedReads = createSharedReads(reads, () => false);
    const known = { reads, sharedReads, config: UNHINDERED, clock: systemClock };
    const deps = { ...known, rateLimit, transaction } as unknown as ChatDeps;
    const failure = await askedWhileClosing(place.roomId, async () =>
      BY_USE_CASE[name]?.(deps, place).then(
        () => null,
        (error: unknown) => error,
      ),
    );
    expect(failure).toBeNull();
    expect((await loggedEventsOf(chat, place.roomId)).length).toBeGreaterThan(before.length);
  },
);
