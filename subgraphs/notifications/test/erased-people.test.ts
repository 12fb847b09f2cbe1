import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const kept = (who: string) =>
  sql<{ table: string }>(
    graph,
    `SELECT 'notification' AS table FROM notification WHERE user_id = $1
     UNION ALL SELECT 'delivery' FROM delivery WHERE user_id = $1
     UNION ALL SELECT 'email_message' FROM email_message WHERE user_id = $1 AND status = 'PENDING'`,
    [as(who).userId],
  );

/** All ways by which somebody may be notified: by their room, as a follower, as a buyer. */
async function happensTo(room: Awaited<ReturnType<typeof others.room>>, who: string) {
  const { userId } = as(who);
  await others.post(room, 'ada', 'Are you there?', { mentioned: [userId] });
  await graph.deliver(
    'chat.ThreadReplied',
    {
      ...{ roomId: room.roomId, threadId: newId('thr'), messageId: newId('msg'), sequence: 1 },
      ...{ excerpt: 'Here', authorId: as('ada').userId, mentionsAll: null },
      ...{ mentioned: [], followerIds: [userId] },
    },
    { stream: room.stream, sequence: room.next() },
  );
  await others.orderStep(who, 'PAID');
  await others.idle();
}

test('erased people are not notified any more, and their notices are deleted', async () => {
  const who = 'leaver';
  await others.register('ada', 'Ada');
  await others.register(who, 'Leaver');
  await graph.deliver(
    'users.EmailVerified',
    { userId: as(who).userId, email: 'leaver@example.test' },
    { stream: `user:${as(who).userId}`, sequence: 2 },
  );
  const room = await others.room(['ada', who], 'tea');
  await others.idle();
  await happensTo(room, who);
  expect(new Set((await kept(who)).map(({ table }) => table))).toEqual(
    new Set(['notification', 'delivery', 'email_message']),
  );
  await graph.deliver(
    'users.UserErased',
    { userId: as(who).userId },
    { stream: `user:${as(who).userId}`, sequence: 3 },
  );
  await until(async () => {
    const left = await kept(who);
    return left.every(({ table }) => table === 'email_message');
  });
  await others.idle();
  await happensTo(room, who);
  expect((await kept(who)).filter(({ table }) => table !== 'email_message')).toEqual([]);
});
