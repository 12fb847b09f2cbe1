import { as, marksOf, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const FOLLOW = `subscription ($after: EventCursor) { notificationEvents(after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on NotificationCreated { counts { unread byKind { kind unread } } notification { id title body count } }
  ... on NotificationsChanged { counts { unread } notifications { id readAt } upTo deletedIds }
  ... on CaughtUp { replayed }
  ... on StreamReset { reason } } }`;
const follow = (who: string, after?: string) => graph.subscribe(FOLLOW, { after }, as(who));
// biome-ignore lint/suspicious/noExplicitAny: items of a union, read field by field.
const itemsOf = (answers: { data?: any }[]) => answers.map(({ data }) => data.notificationEvents);
const read = (who: string, ids: string[]) =>
  graph.execute(
    'mutation ($ids: [ID!]) { markNotificationsRead(notificationIds: $ids) { errors { __typename } } }',
    { ids },
    as(who),
  );

test('a notice is streamed when it is created, updated and read', async () => {
  const room = await others.room(['ada', 'bo']);
  await using stream = await follow('bo');
  await stream.atLeast(1);
  await others.post(room, 'ada', 'One');
  await stream.atLeast(2);
  await others.post(room, 'ada', 'Two');
  const [caughtUp, one, two] = itemsOf(await stream.atLeast(3));
  expect(caughtUp).toMatchObject({ __typename: 'CaughtUp', replayed: 0 });
  expect(one).toMatchObject({
    counts: { unread: 1, byKind: [{ kind: 'MESSAGE', unread: 1 }] },
    notification: { body: 'One', count: 1 },
  });
  expect(two).toMatchObject({
    counts: { unread: 1 },
    notification: { id: one.notification.id, body: 'Two', count: 2 },
  });
  await read('bo', [one.notification.id]);
  expect(itemsOf(await stream.atLeast(4))[3]).toMatchObject({
    __typename: 'NotificationsChanged',
    counts: { unread: 0 },
    notifications: [{ id: one.notification.id, readAt: expect.any(String) }],
    upTo: null,
    deletedIds: [],
  });
});

test("from a query's head nothing is missed; notices dismissed meanwhile are not shown", async () => {
  const { notificationsHead } = await others.inbox('cy');
  await others.orderStep('cy', 'RESERVED');
  await others.orderStep('cy', 'PAID');
  await others.idle();
  const { notifications } = await others.inbox('cy');
  const [{ node }] = notifications.edges;
  await graph.execute(
    'mutation ($id: ID!) { dismissNotification(notificationId: $id) { errors { __typename } } }',
    { id: node.id },
    as('cy'),
  );
  await using stream = await follow('cy', notificationsHead);
  const items = itemsOf(await stream.atLeast(3));
  expect(items.map(({ __typename }) => __typename)).toEqual([
    'NotificationCreated',
    'NotificationsChanged',
    'CaughtUp',
  ]);
  expect(items[0].notification.id).not.toBe(node.id);
  expect(items[0].counts.unread).toBe(1);
  expect(items[1]).toMatchObject({ notifications: [], deletedIds: [node.id] });
});

test('a subscriber hears only of their own inbox', async () => {
  await using eve = await follow('eve');
  await using dee = await follow('dee');
  await Promise.all([eve.atLeast(1), dee.atLeast(1)]);
  await others.orderStep('dee', 'PAID');
  await dee.atLeast(2);
  await others.orderStep('eve', 'COMPLETED');
  const items = itemsOf(await eve.atLeast(2));
  expect(items.slice(1)).toMatchObject([{ notification: { title: 'Order S-1001 is completed' } }]);
});

test('a foreign cursor is refused, and subscribing requires signing in', async () => {
  await others.orderStep('dee', 'PAID');
  await others.idle();
  const { notificationsHead } = await others.inbox('dee');
  await expect(follow('eve', notificationsHead)).rejects.toThrow('BAD_USER_INPUT');
  await expect(graph.subscribe(FOLLOW)).rejects.toThrow('UNAUTHENTICATED');
});

test('only its owner can follow an inbox, never a request on behalf of everybody', async () => {
  await expect(graph.listen(FOLLOW, {}, 'everybody')).rejects.toThrow('UNAUTHENTICATED');
  await using stream = await graph.listen(FOLLOW, {}, as('ida'));
  await stream.atLeast(1);
  expect(marksOf(stream.items)).toEqual([{ position: 0 }]);
});

test('a stream can replay readings recorded by the previous release', async () => {
  await others.orderStep('gus', 'PAID');
  await others.idle();
  const { notificationsHead: head, notifications } = await others.inbox('gus');
  const id = notifications.edges[0].node.id;
  await read('gus', [id]);
  const { userId } = as('gus');
  const changed = await sql(
    graph,
    `UPDATE event_record SET payload = payload - 'readUpTo'
     WHERE stream = $1 AND type = 'notifications.NotificationsRead' RETURNING payload`,
    [`user:${userId}`],
  );
  expect(changed).toEqual([{ payload: { userId, ids: [id] } }]);
  await using stream = await follow('gus', head);
  const [item, caughtUp] = itemsOf(await stream.atLeast(2));
  expect(item).toMatchObject({ notifications: [{ id }], upTo: null, deletedIds: [] });
  expect(caughtUp).toMatchObject({ __typename: 'CaughtUp' });
});
