import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DELIVERY_REASONS } from '../src/domain/delivery-rules.ts';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { startNotifications } from './inbox.ts';

let graph: StartedSubgraph;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  graph = await startNotifications();
  client = createClient(graph.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await graph[Symbol.asyncDispose]();
});

const record = (
  who: string,
  given: { sourceId?: string; status: string; reason: string | null; notificationId?: string },
) => {
  const { sourceId = newId('msg'), status, reason, notificationId = null } = given;
  return sql(
    graph,
    `INSERT INTO delivery (user_id, source_id, channel, kind, status, reason, rule, notification_id, created_at)
     VALUES ($1, $2, 'EMAIL', 'MESSAGE', $3, $4, 'some rule', $5, now())`,
    [as(who).userId, sourceId, status, reason, notificationId],
  );
};
const explain = async (who: string, messageId: string) => {
  const data = await graph.ask(
    `query ($messageId: ID!) { explainNotification(messageId: $messageId) {
       message { id } summary deliveries { channel status reason rule } } }`,
    { messageId },
    as(who),
  );
  return data.explainNotification;
};

test.each(DELIVERY_REASONS)('only the addressee can read the reason %s', async (reason) => {
  const messageId = newId('msg');
  await record('asker', { sourceId: messageId, status: 'SUPPRESSED', reason });
  const explained = await explain('asker', messageId);
  expect(explained).toMatchObject({
    message: { id: messageId },
    deliveries: [{ channel: 'EMAIL', status: 'SUPPRESSED', reason, rule: 'some rule' }],
  });
  // A sentence with the reason in it, and another for each reason.
  const [, why] = /^Email: it was held back: (.+)\.$/.exec(explained.summary) ?? [];
  expect(why).toBeTruthy();
  sentences.add(why as string);
  expect(await explain('curious', messageId)).toBeNull();
});
const sentences = new Set<string>();

test('every reason has words of its own', () => {
  expect(sentences.size).toBe(DELIVERY_REASONS.length);
});

const UNEXPLAINED = ['SUPPRESSED', 'FAILED', 'BOUNCED', 'COMPLAINED'];

test.each(UNEXPLAINED)(
  'the database refuses %s without a reason, however it is written',
  async (status) => {
    const refused = /delivery_(failure_)?explained/;
    await expect(record('silent', { status, reason: null })).rejects.toThrow(refused);
    // What waits is not made so either: by a statement, or by our own store.
    const [sourceId, notificationId] = [newId('msg'), newId('ntf')];
    await sql(
      graph,
      `INSERT INTO notification (id, user_id, kind, body, source_sequence, created_at, updated_at)
     VALUES ($1, $2, 'MESSAGE', 'Tea', 1, now(), now())`,
      [notificationId, as('silent').userId],
    );
    await record('silent', { sourceId, status: 'PENDING', reason: null, notificationId });
    const update = sql(graph, 'UPDATE delivery SET status = $1 WHERE source_id = $2', [
      ...[status, sourceId],
    ]);
    await expect(update).rejects.toThrow(refused);
    const settled = storesOn(client).deliveries.settle(
      {
        ...{ userId: as('silent').userId, channel: 'EMAIL', notificationIds: [notificationId] },
      },
      { status: status as 'SUPPRESSED', reason: null, at: new Date() },
    );
    await expect(settled).rejects.toThrow(refused);
    // One that has a reason does not lose it.
    await sql(graph, `UPDATE delivery SET status = $1, reason = 'BLOCKED' WHERE source_id = $2`, [
      ...[status, sourceId],
    ]);
    const emptied = sql(graph, 'UPDATE delivery SET reason = NULL WHERE source_id = $1', [
      sourceId,
    ]);
    await expect(emptied).rejects.toThrow(refused);
  },
);
