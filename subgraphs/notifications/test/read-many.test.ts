import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

/** Adds this many unread notices, as if each had come by an event of its own. */
const fill = async (who: string, count: number) => {
  await sql(
    graph,
    `INSERT INTO notification (id, user_id, kind, title, body, source_sequence, stream_sequence,
       created_at, updated_at)
     SELECT id, $2, 'ORDER_STATUS', 'Order', 'It is on its way.', nth, 0, now(), now()
     FROM unnest($1::text[]) WITH ORDINALITY AS given(id, nth)`,
    [Array.from({ length: count }, () => newId('ntf')), as(who).userId],
  );
};
const READ = `mutation ($upTo: EventCursor) { markNotificationsRead(upTo: $upTo) {
  changed viewer { notificationCounts { unread } } errors { __typename } } }`;
const read = async (who: string) => {
  const { notificationsHead: upTo } = await others.inbox(who);
  const data = await graph.ask(READ, { upTo }, as(who));
  return data.markNotificationsRead;
};
const FOLLOW = `subscription ($after: EventCursor) { notificationEvents(after: $after) { __typename
  ... on NotificationsChanged { upTo deletedIds notifications { id readAt } counts { unread } } } }`;

/** What the person's devices hear of it. */
const streamedAfter = async (who: string, after: string) => {
  await using stream = await graph.subscribe(FOLLOW, { after }, as(who));
  const { data } = await stream.find(
    (answer) => answer.data.notificationEvents.__typename === 'NotificationsChanged',
  );
  return data.notificationEvents;
};

test('a hundred are named to the devices, one more is given by the place up to which all were read', async () => {
  for (const [who, count] of [
    ['exactly', 100],
    ['beyond', 101],
  ] as const) {
    // Any event makes a place in the stream to read up to.
    await others.orderStep(who, 'PAID');
    await others.idle();
    await fill(who, count - 1);
    const { notificationsHead } = await others.inbox(who);
    expect(await read(who)).toEqual({
      changed: count,
      viewer: { notificationCounts: { unread: 0 } },
      errors: [],
    });
    const told = await streamedAfter(who, notificationsHead);
    expect(told).toMatchObject({ deletedIds: [], counts: { unread: 0 } });
    if (count === 100) {
      expect(told.upTo).toBeNull();
      expect(told.notifications).toHaveLength(100);
      for (const { readAt } of told.notifications) expect(readAt).not.toBeNull();
    } else {
      expect(told).toMatchObject({ upTo: notificationsHead, notifications: null });
    }
  }
});

test('reading a thousand costs as many statements as reading two, and its event names none of them', async () => {
  const cost = async (who: string, count: number) => {
    await fill(who, count);
    const { notificationsHead: upTo } = await others.inbox(who);
    const statements = await graph.statementsOf(async () => {
      const data = await graph.ask(READ, { upTo }, as(who));
      expect(data.markNotificationsRead).toMatchObject({ changed: count, errors: [] });
    });
    return statements.length;
  };
  const ofTwo = await cost('few', 2);
  expect(await cost('many', 1_000)).toBe(ofTwo);
  expect(ofTwo).toBeLessThanOrEqual(6);
  const [event] = await sql<{ payload: { ids: string[] } }>(
    graph,
    `SELECT payload FROM event_record
     WHERE stream = $1 AND type = 'notifications.NotificationsRead'`,
    [`user:${as('many').userId}`],
  );
  expect(event?.payload.ids).toEqual([]);
});
