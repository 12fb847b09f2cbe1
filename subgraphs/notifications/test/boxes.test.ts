import { HOUR_MS } from '@souk/runtime/domain';
import { as, type StartedSubgraph } from '@souk/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { type KnownRoom, otherSubgraphsOf, startNotifications } from './inbox.ts';

// Whatever somebody does with their notices, in whatever order, is what a model of an inbox says of it.

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
  client = createClient(graph.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await graph[Symbol.asyncDispose]();
});

/** A notice as the model has it. */
interface Kept {
  id: string;
  count: number;
  /** It is of the room, and grows while it is unread and was never read. */
  isOfRoom: boolean;
  grows: boolean;
  isRead: boolean;
  box: 'INBOX' | 'SNOOZED' | 'ARCHIVED' | 'NONE';
  isSeen: boolean;
}

const ACTIONS = {
  read: `mutation ($ids: [ID!]!) { answer: markNotificationsRead(notificationIds: $ids) { errors { __typename } } }`,
  readAll: `mutation ($upTo: EventCursor!) { answer: markNotificationsRead(upTo: $upTo) { errors { __typename } } }`,
  seeAll: `mutation ($upTo: EventCursor!) { answer: markNotificationsSeen(upTo: $upTo) { errors { __typename } } }`,
  unread: `mutation ($ids: [ID!]!) { answer: markNotificationsUnread(notificationIds: $ids) { errors { __typename } } }`,
  archive: `mutation ($ids: [ID!]!) { answer: archiveNotifications(notificationIds: $ids) { errors { __typename } } }`,
  snooze: `mutation ($id: ID!, $until: DateTime) { answer: snoozeNotification(notificationId: $id, until: $until) {
    errors { __typename } } }`,
  dismiss: `mutation ($id: ID!) { answer: dismissNotification(notificationId: $id) { errors { __typename } } }`,
} as const;

const BOXES = `query ($kinds: [NotificationKind!]) { viewer { notificationsHead notificationCounts { unread badge }
  inbox: notifications(first: 100, filter: { box: INBOX, kinds: $kinds }) { edges { node { id count readAt } } }
  snoozed: notifications(first: 100, filter: { box: SNOOZED, kinds: $kinds }) { edges { node { id count readAt } } }
  archived: notifications(first: 100, filter: { box: ARCHIVED, kinds: $kinds }) { edges { node { id count readAt } } } } }`;

/** What the graph shows of somebody's notices, each as "box count read". */
async function shownTo(who: string) {
  const { viewer } = await graph.ask(BOXES, {}, as(who));
  const of = (box: Kept['box'], page: { edges: { node: Record<string, unknown> }[] }) =>
    page.edges.map(({ node }) => [
      String(node.id),
      `${box} ${node.count} ${node.readAt === null ? 'unread' : 'read'}`,
    ]);
  return {
    head: viewer.notificationsHead,
    counts: viewer.notificationCounts,
    notices: Object.fromEntries([
      ...of('INBOX', viewer.inbox),
      ...of('SNOOZED', viewer.snoozed),
      ...of('ARCHIVED', viewer.archived),
    ]),
  };
}

const inTheModel = (kept: readonly Kept[]) => {
  const unread = kept.filter(({ box, isRead }) => box === 'INBOX' && !isRead);
  return {
    counts: { unread: unread.length, badge: unread.filter(({ isSeen }) => !isSeen).length },
    notices: Object.fromEntries(
      kept
        .filter(({ box }) => box !== 'NONE')
        .map(({ id, box, count, isRead }) => [id, `${box} ${count} ${isRead ? 'read' : 'unread'}`]),
    ),
  };
};

/** Something of somebody's, and the model of it. */
async function anInbox(who: string, room: KnownRoom) {
  const kept: Kept[] = [];
  const ask = async (mutation: string, variables: Record<string, unknown>, mayFail = false) => {
    const { answer } = await graph.ask(mutation, variables, as(who));
    expect(answer.errors).toEqual(mayFail ? [{ __typename: 'NotFoundError' }] : []);
  };
  /** The notice that is not in the model yet. */
  const came = async (isOfRoom: boolean) => {
    const [id] = Object.keys((await shownTo(who)).notices).filter(
      (one) => !kept.some((known) => known.id === one),
    );
    if (id === undefined) throw new Error('No notice came.');
    kept.push({
      id,
      isOfRoom,
      count: 1,
      grows: isOfRoom,
      isRead: false,
      box: 'INBOX',
      isSeen: false,
    });
  };
  const read = (one: Kept) => {
    if (one.isRead || one.box === 'NONE') return;
    if (one.box === 'SNOOZED') one.box = 'INBOX';
    Object.assign(one, { isRead: true, isSeen: true });
  };
  const reopen = (one: Kept) => Object.assign(one, { isRead: false, grows: false });
  /** What becomes of a notice by an action on it alone; one that is dismissed is refused. */
  const ofOne = {
    read: { mutation: ACTIONS.read, change: read },
    unread: {
      mutation: ACTIONS.unread,
      change: (one: Kept) => {
        if (!one.isRead) return;
        reopen(one);
        if (one.box === 'ARCHIVED') one.box = 'INBOX';
      },
    },
    archive: {
      mutation: ACTIONS.archive,
      change: (one: Kept) => {
        if (one.box === 'ARCHIVED') return;
        Object.assign(one, { isRead: true, isSeen: true, box: 'ARCHIVED' });
      },
    },
    snooze: {
      mutation: ACTIONS.snooze,
      change: (one: Kept) => {
        if (one.isRead) reopen(one);
        one.box = 'SNOOZED';
      },
    },
    bringBack: {
      mutation: ACTIONS.snooze,
      change: (one: Kept) => {
        one.box = 'INBOX';
      },
    },
    dismiss: {
      mutation: ACTIONS.dismiss,
      change: (one: Kept) => {
        one.box = 'NONE';
      },
    },
  };
  const ofAll = {
    message: async () => {
      await others.post(room, 'ada', 'Hello');
      await others.idle();
      const growing = kept.find(
        (one) => one.isOfRoom && one.grows && !one.isRead && one.box !== 'NONE',
      );
      if (!growing) return came(true);
      growing.count += 1;
      growing.isSeen = false;
    },
    order: async () => {
      await others.orderStep(who, 'PAID');
      await others.idle();
      await came(false);
    },
    readRoom: async () => {
      await others.read(room, who);
      await others.idle();
      for (const one of kept) if (one.isOfRoom) read(one);
    },
    readAll: async () => {
      await ask(ACTIONS.readAll, { upTo: (await shownTo(who)).head });
      for (const one of kept) if (one.box !== 'SNOOZED') read(one);
    },
    seeAll: async () => {
      await ask(ACTIONS.seeAll, { upTo: (await shownTo(who)).head });
      for (const one of kept) if (!one.isRead) one.isSeen = true;
    },
    timePasses: async () => {
      await storesOn(client).notifications.wake(new Date(Date.now() + 3 * HOUR_MS), 1_000);
      for (const one of kept) {
        if (one.box === 'SNOOZED') Object.assign(one, { box: 'INBOX', isSeen: false });
      }
    },
  };
  return {
    kept,
    act: async ({ action, at }: Step) => {
      if (action in ofAll) return ofAll[action as keyof typeof ofAll]();
      const one = kept[at % kept.length];
      if (!one) return undefined;
      const { mutation, change } = ofOne[action as keyof typeof ofOne];
      const until = action === 'snooze' ? new Date(Date.now() + HOUR_MS).toISOString() : null;
      const isGone = one.box === 'NONE';
      await ask(mutation, { ids: [one.id], id: one.id, until }, isGone);
      if (!isGone) change(one);
    },
  };
}

const DOINGS = [
  ...(['message', 'message', 'order', 'readRoom', 'readAll', 'seeAll', 'timePasses'] as const),
  ...(['read', 'unread', 'archive', 'snooze', 'bringBack', 'dismiss'] as const),
];
interface Step {
  action: (typeof DOINGS)[number];
  at: number;
}

let people = 0;
test('boxes, counts and badge are those of the model after every step', async () => {
  const step = fc.record({ action: fc.constantFrom(...DOINGS), at: fc.nat({ max: 9 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
      people += 1;
      const who = `sorter-${people}`;
      const room = await others.room(['ada', who], 'tea');
      const { kept, act } = await anInbox(who, room);
      for (const [at, one] of [{ action: 'message', at: 0 } as const, ...steps].entries()) {
        await act(one);
        const { counts, notices } = await shownTo(who);
        const told = JSON.stringify(steps.slice(0, at));
        expect({ counts, notices }, told).toEqual(inTheModel(kept));
      }
    }),
    { numRuns: process.env.SOUK_SOAK ? 300 : 8, endOnFailure: true },
  );
});
