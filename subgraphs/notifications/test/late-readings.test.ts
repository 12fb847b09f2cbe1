import { newId } from '@souk/runtime/domain';
import { EVENTS, startRelay } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { as, createEarlierDatabase, sql, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

test('the migration marks notices read whose rooms had been read before', async () => {
  await using notifications = await startNotifications();
  const others = otherSubgraphsOf(notifications);
  const [read, halfRead] = [await others.room(['ada', 'bo']), await others.room(['ada', 'bo'])];
  for (const room of [read, halfRead]) await others.post(room, 'ada', 'Hello');
  const readUpTo = { [read.roomId]: read.last(), [halfRead.roomId]: halfRead.last() };
  await others.post(halfRead, 'ada', 'And one more');
  await others.idle();
  expect((await others.inbox('bo')).unreadNotifications).toBe(2);

  await using chat = await createEarlierDatabase('chat', '20261126065800');
  const chatDatabase = { databaseUrl: chat.url };
  const bo = as('bo').userId;
  const stream = `user:${bo}`;
  await sql(chatDatabase, 'INSERT INTO event_stream (stream, sequence) VALUES ($1, 7)', [stream]);
  const places = [...Object.entries(readUpTo), [newId('room'), 0], [newId('room'), 3]] as const;
  for (const [nth, [id, place]] of places.entries()) {
    // Of the last room nothing was said for so long that there is no notice of it any more.
    const silent = nth === places.length - 1 ? '1 year' : '1 day';
    await sql(
      chatDatabase,
      `INSERT INTO room (id, kind, name, created_at, last_message_at)
       VALUES ($1, 'PUBLIC', 'Tea', now(), now() - $2::interval)`,
      [id, silent],
    );
    await sql(
      chatDatabase,
      `INSERT INTO participant (room_id, user_id, joined_at, read_event_sequence)
       VALUES ($1, $2, now(), $3)`,
      [id, bo, place],
    );
  }

  await chat.migrate();

  const recorded = await sql<{ payload: { roomId: string }; sequence: number; version: number }>(
    chatDatabase,
    'SELECT payload, sequence::int, version FROM event_record WHERE stream = $1 ORDER BY sequence',
    [stream],
  );
  expect(recorded.map(({ sequence }) => sequence)).toEqual([8, 9]);
  const { payload, version } = EVENTS['chat.RoomRead'];
  for (const event of recorded) {
    expect(event.version).toBe(version);
    expect(payload.parse(event.payload)).toEqual({
      ...{ roomId: event.payload.roomId, userId: bo, readUpTo: readUpTo[event.payload.roomId] },
    });
  }
  const { jobs } = notifications.backplane;
  const relay = startRelay({ databaseUrl: chat.url, jobs, logger: silentLogger, pollMs: 50 });
  await until(async () => (await others.inbox('bo')).unreadNotifications === 1);
  await others.idle();
  const { notifications: left } = await others.inbox('bo', { filter: { unreadOnly: true } });
  expect(left.edges).toMatchObject([{ node: { body: 'And one more' } }]);
  await relay.close();
});

test('readings are announced a few at a time, and other events do not wait behind all', async () => {
  await using chat = await createEarlierDatabase('chat', '20261126065800');
  const database = { databaseUrl: chat.url };
  await sql(
    database,
    `INSERT INTO room (id, kind, name, created_at, last_message_at)
     VALUES ('room', 'PUBLIC', 'Tea', now(), now())`,
  );
  await sql(
    database,
    `INSERT INTO participant (room_id, user_id, joined_at, read_event_sequence)
     SELECT 'room', 'usr_' || nth, now(), nth % 250 FROM generate_series(1, 260) nth`,
  );

  // Somebody reads meanwhile, and only what is told with theirs waits.
  await chat.migrateDuring([
    `INSERT INTO event_stream (stream, sequence) VALUES ('user:usr_99', 1)`,
    `UPDATE participant SET read_event_sequence = 400 WHERE user_id = 'usr_99'`,
  ]);

  const batches = await sql(
    database,
    `SELECT count(*)::int, count(DISTINCT d.due_at)::int AS times
     FROM event_record r JOIN event_delivery d ON d.event_id = r.id
     GROUP BY r.xmin::text ORDER BY min(d.due_at)`,
  );
  expect(batches.map(({ count }) => count)).toEqual([100, 100, 59]);
  for (const { times } of batches) expect(times).toBe(1);
  const spread = 'SELECT (max(due_at) - min(due_at))::text AS spread FROM event_delivery';
  expect(await sql(database, spread)).toEqual([{ spread: '00:00:02' }]);
  expect(
    await sql(
      database,
      `SELECT sequence::int, payload -> 'readUpTo' AS place FROM event_record
       WHERE stream = 'user:usr_99'`,
    ),
  ).toEqual([{ sequence: 2, place: 400 }]);
});
