import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

// What a notice is about may be done with, or gone: then there is nothing to be read any more.

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

let minutes = 0;
/** A later moment each time, as events of one product come one after the other. */
const later = () => {
  minutes += 1;
  return { occurredAt: new Date(Date.parse('2026-11-01T10:00:00Z') + minutes * 60_000) };
};
/** Of the notices of a kind, how many are unread, and of each how often it grew. */
const unreadOf = async (who: string, kind: string) => {
  const rows = await sql<{ count: number }>(
    graph,
    'SELECT count FROM notification WHERE user_id = $1 AND kind = $2 AND read_at IS NULL',
    [as(who).userId, kind],
  );
  return rows.map(({ count }) => count);
};
/** Whatever of a kind somebody has read is made unread again. */
const markUnread = async (who: string, kind: string) => {
  const rows = await sql<{ id: string }>(
    graph,
    'SELECT id FROM notification WHERE user_id = $1 AND kind = $2 AND read_at IS NOT NULL',
    [as(who).userId, kind],
  );
  expect(rows.length).toBeGreaterThan(0);
  const { markNotificationsUnread } = await graph.ask(
    `mutation ($ids: [ID!]!) { markNotificationsUnread(notificationIds: $ids) {
       errors { __typename } } }`,
    { ids: rows.map(({ id }) => id) },
    as(who),
  );
  expect(markNotificationsUnread.errors).toEqual([]);
};
const readAll = async (who: string) => {
  const { notificationsHead: upTo } = await others.inbox(who);
  await graph.ask(
    'mutation ($upTo: EventCursor) { markNotificationsRead(upTo: $upTo) { changed } }',
    { upTo },
    as(who),
  );
};
const readEventsOf = (who: string) =>
  sql(
    graph,
    `SELECT 1 FROM event_record WHERE type = 'notifications.NotificationsRead' AND stream = $1`,
    [`user:${as(who).userId}`],
  );

describe('a review that was taken back', () => {
  /** A seller of two people, and what becomes of reviews of one of its products. */
  async function aSeller(name: string) {
    const people = [`${name}-owner`, `${name}-clerk`];
    const [sellerId, productId] = [newId('sel'), newId('prd')];
    await graph.deliver('products.SellerCreated', {
      ...{ sellerId, handle: name, displayName: name, status: 'ACTIVE', version: 1 },
      members: people.map((who) => ({ userId: as(who).userId, role: 'OWNER' as const })),
      commissions: [],
    });
    await others.idle();
    const of = { productId, sellerId, authorId: as(`${name}-buyer`).userId };
    return {
      people,
      post: async (reviewId: string, at = later()) => {
        const review = { reviewId, ...of, rating: 4, productTitle: 'Mug' };
        await graph.deliver('products.ReviewPosted', review, at);
        await others.idle();
      },
      takeBack: async (reviewId: string, isLast: boolean, at = later()) => {
        await graph.deliver('products.ReviewDeleted', { reviewId, ...of, isLast }, at);
        await others.idle();
      },
    };
  }

  test('is marked read for all who work for the seller, on all their devices', async () => {
    const { people, post, takeBack } = await aSeller('mugs');
    const reviewId = newId('rev');
    await post(reviewId);
    for (const who of people) expect(await unreadOf(who, 'REVIEW')).toEqual([1]);
    await takeBack(reviewId, true);
    for (const who of people) {
      expect(await unreadOf(who, 'REVIEW')).toEqual([]);
      expect(await readEventsOf(who)).toHaveLength(1);
    }
  });

  test("keeps the notice of its author's other reviews", async () => {
    const { people, post, takeBack } = await aSeller('pots');
    const [first, second] = [newId('rev'), newId('rev')];
    await post(first);
    await post(second);
    await takeBack(first, false);
    for (const who of people) expect(await unreadOf(who, 'REVIEW')).toEqual([2]);
    await takeBack(second, true);
    for (const who of people) expect(await unreadOf(who, 'REVIEW')).toEqual([]);
  });

  test('is marked as read also for somebody who had made its notice unread again', async () => {
    const { people, post, takeBack } = await aSeller('cups');
    const [who] = people as [string];
    const [first, second] = [newId('rev'), newId('rev')];
    await post(first);
    await readAll(who);
    await markUnread(who, 'REVIEW');
    await post(second);
    expect(await unreadOf(who, 'REVIEW')).toEqual([1, 1]);
    // Read and kept again, it is still of its subject.
    await readAll(who);
    await markUnread(who, 'REVIEW');
    await takeBack(second, true);
    expect(await unreadOf(who, 'REVIEW')).toEqual([]);
  });

  test('makes no notice when the deletion arrives first, and one for a later review', async () => {
    const { people, post, takeBack } = await aSeller('pans');
    const [posted, deleted] = [later(), later()];
    const reviewId = newId('rev');
    await takeBack(reviewId, true, deleted);
    await post(reviewId, posted);
    for (const who of people) expect(await unreadOf(who, 'REVIEW')).toEqual([]);
    await post(newId('rev'));
    for (const who of people) expect(await unreadOf(who, 'REVIEW')).toEqual([1]);
  });
});

test('a report decided by one moderator is marked as read for the others, in whatever order the events arrive', async () => {
  const moderators = ['mo', 'mia'];
  const recipientIds = moderators.map((who) => as(who).userId);
  const reports = [newId('rep'), newId('rep'), newId('rep')];
  const roomId = newId('room');
  const file = (reportId: string) =>
    graph.deliver('chat.ReportFiled', {
      ...{ reportId, roomId, messageId: newId('msg'), recipientIds, reporterId: as('cy').userId },
    });
  const decide = (reportId: string) =>
    graph.deliver('chat.ReportDecided', { reportId, roomId, recipientIds });
  const [first, second, open] = reports as [string, string, string];
  await file(first);
  await file(open);
  await others.idle();
  for (const who of moderators) expect(await unreadOf(who, 'REPORT_FILED')).toEqual([1, 1]);
  await decide(first);
  await decide(second);
  await others.idle();
  await file(second);
  await others.idle();
  for (const who of moderators) expect(await unreadOf(who, 'REPORT_FILED')).toEqual([1]);
});

test('a support request taken by one of the seller’s people is marked as read for the others, until it waits again', async () => {
  const people = ['otto', 'sten'];
  const [roomId, sellerId] = [newId('room'), newId('sel')];
  const change = async (waits: boolean, at = later()) => {
    await graph.deliver(
      'chat.SupportRequestChanged',
      {
        ...{ roomId, sellerId, partId: null, customerId: as('bo').userId, waits },
        recipientIds: [...people, 'bo'].map((who) => as(who).userId),
      },
      at,
    );
    await others.idle();
  };
  await change(true);
  for (const who of people) expect(await unreadOf(who, 'CUSTOMER_QUESTION')).toEqual([1]);
  // Who asks is told nothing, also where they work for the seller by now.
  expect(await unreadOf('bo', 'CUSTOMER_QUESTION')).toEqual([]);
  const { notifications } = await others.inbox('otto');
  expect(notifications.edges[0].node).toMatchObject({
    ...{ kind: 'CUSTOMER_QUESTION', title: 'A customer has a question' },
    target: { __typename: 'SupportTarget' },
  });
  await change(false);
  for (const who of people) expect(await unreadOf(who, 'CUSTOMER_QUESTION')).toEqual([]);
  const [asked, helped] = [later(), later()];
  await change(false, helped);
  await change(true, asked);
  for (const who of people) expect(await unreadOf(who, 'CUSTOMER_QUESTION')).toEqual([]);
  await change(true);
  for (const who of people) expect(await unreadOf(who, 'CUSTOMER_QUESTION')).toEqual([1]);
});

test('a report that somebody kept as unread is settled when another decides it', async () => {
  const who = 'kim';
  const recipientIds = [as(who).userId];
  const [reportId, roomId] = [newId('rep'), newId('room')];
  await graph.deliver('chat.ReportFiled', {
    ...{ reportId, roomId, messageId: newId('msg'), recipientIds, reporterId: as('cy').userId },
  });
  await others.idle();
  await readAll(who);
  await markUnread(who, 'REPORT_FILED');
  await graph.deliver('chat.ReportDecided', { reportId, roomId, recipientIds });
  await others.idle();
  expect(await unreadOf(who, 'REPORT_FILED')).toEqual([]);
});
