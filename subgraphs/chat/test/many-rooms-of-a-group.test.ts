import { newId } from '@souk/runtime/domain';
import { as, insist, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_ROOMS_OF_GROUP } from '../src/domain/group-rights.ts';
import { ROOMS_AT_ONCE } from '../src/use-cases/rooms-of-group.ts';
import { CREATE_ROOM, codesOf, startChat, type TestChat } from './chat.ts';

// A group with more rooms than one transaction has time for.

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['bo'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

const ROOMS = 2 * ROOMS_AT_ONCE + 50;
const BO = userIdOf('bo');

const groupOfManyRooms = async (rooms = ROOMS) => {
  const groupId = newId('grp');
  await sql(chat, `INSERT INTO known_group (id, visibility) VALUES ($1, 'PUBLIC')`, [groupId]);
  await sql(
    chat,
    `INSERT INTO room (id, kind, name, group_id, created_at)
     SELECT id, 'GROUP', 'Room', $1, now() FROM unnest($2::text[]) AS given(id)`,
    [groupId, Array.from({ length: rooms }, () => newId('room'))],
  );
  let sequence = 0;
  const next = () => {
    sequence += 1;
    return { stream: `group:${groupId}`, sequence };
  };
  const membership = { groupId, memberId: newId('gmb'), userId: BO, role: 'MEMBER' as const };
  return {
    groupId,
    joins: () => chat.deliver('groups.MemberJoined', membership, next()),
    leaves: () => chat.deliver('groups.MemberLeft', { groupId, userId: BO, reason: null }, next()),
  };
};

/** In how many rooms of the group they are, and how many of them one transaction brought them into. */
const presenceIn = async (groupId: string) => {
  const [presence] = await sql<{ rooms: number; at_once: number }>(
    chat,
    `SELECT coalesce(sum(count), 0)::int AS rooms, coalesce(max(count), 0)::int AS at_once
     FROM (SELECT count(*) FROM participant p JOIN room r ON r.id = p.room_id
       WHERE r.group_id = $1 AND p.user_id = $2 GROUP BY p.xmin::text) part`,
    [groupId, BO],
  );
  return presence;
};

test('a new member joins all rooms and a former one leaves all, a few rooms in each transaction', async () => {
  const group = await groupOfManyRooms();
  await group.joins();
  await until(async () => (await presenceIn(group.groupId))?.rooms === ROOMS);
  expect((await presenceIn(group.groupId))?.at_once).toBeLessThanOrEqual(ROOMS_AT_ONCE);
  await group.leaves();
  await until(async () => (await presenceIn(group.groupId))?.rooms === 0);
});

test('a member who left before all was done is in no room, whichever part runs last', async () => {
  const group = await groupOfManyRooms();
  await Promise.all([group.joins(), group.leaves()]);
  const handled = async () => (await chat.backplane.jobs.backlog('events.chat')) === 0;
  await until(handled);
  expect(await presenceIn(group.groupId)).toMatchObject({ rooms: 0 });
});

test('a group has at most the allowed number of rooms, however many are opened at once', async () => {
  const { groupId } = await groupOfManyRooms(MAX_ROOMS_OF_GROUP - 2);
  await sql(
    chat,
    `INSERT INTO group_membership (group_id, user_id, role, sequence) VALUES ($1, $2, 'OWNER', 1)`,
    [groupId, BO],
  );
  const input = { kind: 'GROUP', name: 'One more', groupId };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => insist(() => chat.execute(CREATE_ROOM, { input }, as('bo')))),
  );
  const codes = answers.flatMap(codesOf);
  expect(codes).toEqual(Array.from({ length: 4 }, () => 'GROUP_ROOMS_FULL'));
  // One that is closed is a room all the same: who comes into the group comes into it.
  await sql(chat, 'UPDATE room SET archived_at = now() WHERE group_id = $1', [groupId]);
  expect(codesOf(await chat.execute(CREATE_ROOM, { input }, as('bo')))).toEqual([
    'GROUP_ROOMS_FULL',
  ]);
});
