import { newId } from '@souk/runtime/domain';
import { EVENTS, type EventName, eventQueueOf, type PayloadOf } from '@souk/runtime/events';
import { as, randomOf, type StartedSubgraph, sized, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

interface Told<Name extends EventName = EventName> {
  id: string;
  type: Name;
  stream: string;
  sequence: number;
  payload: PayloadOf<Name>;
}

const EVENTS_OF_LIFE = sized({ suite: 100, soak: 400 });

const PEOPLE = Array.from({ length: 8 }, (_, at) => as(`walker${at}`).userId);

interface Said {
  excerpt: string | null;
  messageId: string;
  postSequence: number;
  revision: number;
  recipients: readonly string[];
}

/** A life of rooms in which people only come, and what each of them is to find in the end. */
function lifeOf(random: () => number) {
  const events: Told[] = [];
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const rooms = Array.from({ length: 5 }, () => {
    const roomId = newId('room');
    const participantIds = PEOPLE.slice(0, 2);
    const room = {
      roomId,
      stream: `room:${roomId}`,
      sequence: 0,
      present: new Set(participantIds),
      said: [] as Said[],
    };
    deliver(room, 'chat.RoomCreated', {
      roomId,
      kind: 'GROUP',
      name: 'general',
      groupId: null,
      participantIds,
    });
    return room;
  });
  function deliver<Name extends EventName>(
    room: { stream: string; sequence: number },
    type: Name,
    payload: PayloadOf<Name>,
  ) {
    const { stream, sequence } = room;
    events.push({ id: newId('evt'), type, stream, sequence, payload } as unknown as Told);
    // Other events of the stream take places too, which this consumer never sees.
    room.sequence += 1 + Math.floor(random() * 3);
  }
  while (events.length < EVENTS_OF_LIFE) {
    const room = pick(rooms);
    const { roomId } = room;
    const newcomer = pick(PEOPLE);
    if (random() < 0.2 && !room.present.has(newcomer)) {
      room.present.add(newcomer);
      deliver(room, 'chat.ParticipantsChanged', {
        roomId,
        joined: [newcomer],
        left: [],
        banned: [],
      });
      continue;
    }
    const [standing] = room.said.filter(({ excerpt }) => excerpt !== null && random() < 0.3);
    if (standing && random() < 0.5) {
      const { messageId, postSequence } = standing;
      if (random() < 0.5) {
        standing.revision += 1;
        standing.excerpt = `Edit ${events.length}`;
        const { revision, excerpt } = standing;
        deliver(room, 'chat.MessageEdited', { roomId, messageId, postSequence, revision, excerpt });
      } else {
        standing.excerpt = null;
        deliver(room, 'chat.MessageDeleted', { roomId, messageId, postSequence, deletedBy: null });
      }
      continue;
    }
    const authorId = pick([...room.present]);
    const { sequence } = room;
    const excerpt = `Message ${events.length}`;
    const messageId = newId('msg');
    const recipients = [...room.present].filter((userId) => userId !== authorId);
    room.said.push({ messageId, excerpt, postSequence: sequence, revision: 1, recipients });
    const called = { mentioned: [], mentionsAll: null };
    deliver(room, 'chat.MessagePosted', {
      roomId,
      messageId,
      sequence,
      authorId,
      excerpt,
      ...called,
    });
  }
  const expected = new Map<string, { count: number; newest: string }>();
  for (const { roomId, said } of rooms) {
    for (const { excerpt, recipients } of said) {
      if (excerpt === null) continue;
      for (const userId of recipients) {
        const key = `${userId} ${roomId}`;
        expected.set(key, { count: (expected.get(key)?.count ?? 0) + 1, newest: excerpt });
      }
    }
  }
  return { events, expected };
}

test('a hundred events and more, each delivered three times, in any order: each effect once', async () => {
  const random = randomOf(20_261_121);
  const { events, expected } = lifeOf(random);
  const told = [0, 1, 2].flatMap((round) => events.map((event) => ({ event, round })));
  const shuffled = told
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
  expect(shuffled[0]?.event.type).not.toBe('chat.RoomCreated');
  // Told under other job ids, or the queue itself would drop the repeats.
  await graph.backplane.jobs.add(
    eventQueueOf('notifications'),
    shuffled.map(({ event, round }) => ({
      id: `${event.id}-${round}`,
      name: event.type,
      data: {
        ...event,
        position: 1,
        version: EVENTS[event.type].version,
        occurredAt: new Date(1_800_000_000_000 + event.sequence * 1_000),
      },
    })),
  );
  await others.idle();
  const entries = await sql<{ user_id: string; room_id: string; count: number; body: string }>(
    graph,
    'SELECT user_id, room_id, count, body FROM notification WHERE dismissed_at IS NULL',
  );
  const found = new Map(
    entries.map(({ user_id, room_id, count, body }) => [
      `${user_id} ${room_id}`,
      { count, newest: body },
    ]),
  );
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  expect(entries).toHaveLength(expected.size);
  expect(await graph.backplane.jobs.dead(eventQueueOf('notifications'), 10)).toEqual([]);
});

test('somebody who left before a message is not notified of it, in any order of events', async () => {
  const room = others.newRoom();
  const places = { created: room.next(), left: room.next(), message: room.next() };
  const { roomId, stream } = room;
  const deliverLeft = () =>
    graph.deliver(
      'chat.ParticipantsChanged',
      { roomId, joined: [], left: [as('leaver').userId], banned: [] },
      { stream, sequence: places.left },
    );
  await deliverLeft();
  await others.idle();
  await graph.deliver(
    'chat.MessagePosted',
    {
      roomId,
      messageId: newId('msg'),
      sequence: 1,
      authorId: as('ada').userId,
      excerpt: 'Not for the leaver',
      mentioned: [],
      mentionsAll: null,
    },
    { stream, sequence: places.message },
  );
  await others.idle();
  await graph.deliver(
    'chat.RoomCreated',
    {
      roomId,
      kind: 'GROUP',
      name: 'general',
      groupId: null,
      participantIds: ['ada', 'leaver', 'stayer'].map((who) => as(who).userId),
    },
    { stream, sequence: places.created },
  );
  await others.idle();
  expect((await others.inbox('leaver')).notifications.totalCount).toBe(0);
  expect((await others.inbox('stayer')).notifications.totalCount).toBe(1);
});
