import { newId } from '@souk/runtime/domain';
import { EVENTS, startRelay } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { createEarlierDatabase, sql, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startChat } from './chat.ts';

test('a group that turned private before we followed groups is private after the migration', async () => {
  await using groups = await createEarlierDatabase('groups', '20261126064500');
  const groupsDatabase = { databaseUrl: groups.url };
  const [changed, untouched] = [newId('grp'), newId('grp')];
  for (const [id, visibility, version] of [
    [changed, 'PRIVATE', 2],
    [untouched, 'PUBLIC', 1],
  ] as const) {
    await sql(
      groupsDatabase,
      `INSERT INTO community (id, slug, name, visibility, join_policy, version, created_at)
       VALUES ($1, $1, 'Weavers', $2, 'OPEN', $3, now())`,
      [id, visibility, version],
    );
    await sql(groupsDatabase, 'INSERT INTO event_stream (stream, sequence) VALUES ($1, 7)', [
      `group:${id}`,
    ]);
  }

  await groups.migrate();

  const recorded = await sql<{ payload: object; version: number }>(
    groupsDatabase,
    'SELECT payload, stream, sequence::int, version FROM event_record',
  );
  const { payload, version } = EVENTS['groups.GroupUpdated'];
  expect(recorded).toMatchObject([{ stream: `group:${changed}`, sequence: 8, version }]);
  expect(payload.parse(recorded[0]?.payload)).toEqual({
    ...{ groupId: changed, name: 'Weavers', visibility: 'PRIVATE', version: 2, changed: [] },
  });

  await using chat = await startChat();
  for (const id of [changed, untouched]) {
    await sql(chat, `INSERT INTO known_group (id, visibility) VALUES ($1, 'PUBLIC')`, [id]);
  }
  const { jobs } = chat.backplane;
  const relay = startRelay({ databaseUrl: groups.url, jobs, logger: silentLogger, pollMs: 50 });
  const visibilityOf = async (id: string) =>
    (await sql(chat, 'SELECT visibility FROM known_group WHERE id = $1', [id]))[0]?.visibility;
  await until(async () => (await visibilityOf(changed)) === 'PRIVATE');
  expect(await visibilityOf(untouched)).toBe('PUBLIC');
  await relay.close();
});

test('a group that is changed while they are announced is announced as it is then', async () => {
  await using groups = await createEarlierDatabase('groups', '20261126064500');
  const id = newId('grp');
  const group = { databaseUrl: groups.url };
  await sql(
    group,
    `INSERT INTO community (id, slug, name, visibility, join_policy, version, created_at)
     VALUES ($1, $1, 'Weavers', 'PUBLIC', 'OPEN', 2, now())`,
    [id],
  );
  await sql(group, 'INSERT INTO event_stream (stream, sequence) VALUES ($1, 7)', [`group:${id}`]);

  await groups.migrateDuring([
    `UPDATE community SET visibility = 'PRIVATE', version = 3 WHERE id = '${id}'`,
    `UPDATE event_stream SET sequence = 8 WHERE stream = 'group:${id}'`,
  ]);

  expect(await sql(group, 'SELECT sequence::int, payload FROM event_record')).toMatchObject([
    { sequence: 9, payload: { visibility: 'PRIVATE', version: 3 } },
  ]);
});

test('chat learns of mutes and archived groups from before it followed them', async () => {
  await using groups = await createEarlierDatabase('groups', '20261126145800');
  const database = { databaseUrl: groups.url };
  const [closed, open] = [newId('grp'), newId('grp')];
  for (const [id, archivedAt] of [
    [closed, new Date()],
    [open, null],
  ] as const) {
    await sql(
      database,
      `INSERT INTO community (id, slug, name, visibility, join_policy, created_at, archived_at)
       VALUES ($1, $1, 'Weavers', 'PUBLIC', 'OPEN', now(), $2)`,
      [id, archivedAt],
    );
    await sql(database, 'INSERT INTO event_stream (stream, sequence) VALUES ($1, 7)', [
      `group:${id}`,
    ]);
  }
  const people = [newId('usr'), newId('usr'), newId('usr')];
  await sql(
    database,
    `INSERT INTO membership (id, group_id, user_id, role, joined_at, muted_at)
     SELECT 'gmb_' || place, $1, person, 'MEMBER', now(), CASE WHEN place < 3 THEN now() END
     FROM unnest($2::text[]) WITH ORDINALITY one (person, place)`,
    [open, people],
  );

  await groups.migrate();

  const announced = await sql<{ type: 'groups.MemberMuted'; payload: { userId: string } }>(
    database,
    `SELECT type, payload, stream, sequence::int, consumer FROM event_record
     JOIN event_delivery USING (stream, sequence) ORDER BY stream = $1, sequence`,
    [`group:${open}`],
  );
  expect(announced).toMatchObject([
    { type: 'groups.GroupArchived', stream: `group:${closed}`, sequence: 8, consumer: 'chat' },
    { type: 'groups.MemberMuted', stream: `group:${open}`, sequence: 8, consumer: 'chat' },
    { type: 'groups.MemberMuted', stream: `group:${open}`, sequence: 9, consumer: 'chat' },
  ]);
  for (const { type, payload } of announced) EVENTS[type].payload.parse(payload);
  expect(announced.slice(1).map(({ payload }) => payload.userId)).toEqual(people.slice(0, 2));
});
