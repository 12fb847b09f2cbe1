import { newId } from '@souk/runtime/domain';
import { sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOMS_AT_ONCE } from '../src/use-cases/rooms-of-group.ts';
import { startChat, type TestChat } from './chat.ts';

// A group with more rooms than one transaction has time for.

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['bo'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

const ROOMS = 2 * ROOMS_AT_ONCE + 50;
const BO = userIdOf('bo');

const groupOfManyRooms = async () => {
  const groupId = newId('grp');
  await sql(chat, `INSERT INTO known_group (id, visibility) VALUES ($1, 'PUBLIC')`, [groupId]);
  await sql(
    chat,
    `INSERT INTO room (id, kind, name, group_id, created_at)
     SELECT id, 'GROUP', 'Room', $1, now() FROM unnest($2::text[]) AS given(id)`,
    [groupId, Array.from({ length: ROOMS }, () => newId('room'))],
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

test('who joins comes into all of them, and who leaves goes from all, some in each transaction', async () => {
  const group = await groupOfManyRooms();
  await group.joins();
  await until(async () => (await presenceIn(group.groupId))?.rooms === ROOMS);
  expect((await presenceIn(group.groupId))?.at_once).toBeLessThanOrEqual(ROOMS_AT_ONCE);
  await group.leaves();
  await until(async () => (await presenceIn(group.groupId))?.rooms === 0);
});

test('who left before all of it was done is in none, whichever part comes last', async () => {
  const group = await groupOfManyRooms();
  await Promise.all([group.joins(), group.leaves()]);
  const handled = async () => (await chat.backplane.jobs.backlog('events.chat')) === 0;
  await until(handled);
  expect(await presenceIn(group.groupId)).toMatchObject({ rooms: 0 });
});
