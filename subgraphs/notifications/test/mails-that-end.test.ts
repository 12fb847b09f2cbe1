import { HOUR_MS, newId, systemClock } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { as, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WEEKDAYS } from '../src/domain/quiet-hours.ts';
import { MailRefused } from '../src/mail/mail-transport.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import type { SendEmailDeps } from '../src/use-cases/send-email.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { endMailAlone } from './mutants/end-mail-alone.ts';
import { senderOn, startWaitingOutbox, type WaitingOutbox, WRITTEN_AT } from './waiting-outbox.ts';

// However a mail of notices ends, what waits in it is sent by another one.

let outbox: WaitingOutbox;
let graph: WaitingOutbox['graph'];
let client: WaitingOutbox['client'];
let stores: Stores;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  outbox = await startWaitingOutbox();
  ({ graph, client, stores } = outbox);
  others = otherSubgraphsOf(graph);
});
afterAll(() => outbox[Symbol.asyncDispose]());

const aSender = (take: () => Promise<void>, given: Partial<SendEmailDeps> = {}) =>
  senderOn(outbox, take, given);
const takesAll = async () => {};

const aRoomWith = async (who: string) => {
  await graph.deliver('users.EmailVerified', {
    ...{ userId: as(who).userId, email: `${who}@example.test` },
  });
  const room = await others.room(['ada', who], 'tea');
  await others.idle();
  return room;
};
const mailsOf = (who: string) =>
  sql<{ id: string; status: string; last_error: string | null }>(
    graph,
    'SELECT id, status, last_error FROM email_message WHERE user_id = $1 ORDER BY id',
    [as(who).userId],
  );
const waitingMail = async (who: string) => {
  const waiting = (await mailsOf(who)).filter(({ status }) => status === 'PENDING');
  expect(waiting).toHaveLength(1);
  return waiting[0]?.id as string;
};
/** What became of what somebody was to be mailed of, and of the mail that it goes in. */
const mailedOf = (who: string, sourceId: string) =>
  sql<{ delivery: string; mail: string; id: string }>(
    graph,
    `SELECT d.status AS delivery, mail.status AS mail, mail.id FROM delivery d
     JOIN email_message mail ON mail.id = d.email_id
     WHERE d.user_id = $1 AND d.source_id = $2 AND d.channel = 'EMAIL'`,
    [as(who).userId, sourceId],
  );
const mutate = (who: string, mutation: string, variables: Record<string, unknown>) =>
  graph.execute(mutation, variables, as(who));
const prefer = (who: string, input: Record<string, unknown>) =>
  mutate(
    who,
    `mutation ($input: NotificationPreferencesInput!) {
       updateNotificationPreferences(input: $input) { errors { __typename } } }`,
    { input },
  );
const snooze = (who: string, id: string) =>
  mutate(
    who,
    `mutation ($id: ID!, $until: DateTime) { snoozeNotification(notificationId: $id, until: $until) {
       errors { __typename } } }`,
    { id, until: new Date(Date.now() + 24 * HOUR_MS).toISOString() },
  );

type Ending = 'SENT' | 'FAILED' | 'SUPPRESSED';

/** A mail that ends so while somebody writes to its reader once more; what became of that. */
async function endsWhile(ending: Ending, who: string, used: (stores: Stores) => Stores) {
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'Before');
  await others.idle();
  const id = await waitingMail(who);
  if (ending === 'SUPPRESSED') {
    await others.read(room, who);
    await others.idle();
  }
  const said: string[] = [];
  const meanwhile = async () => {
    said.push(await others.post(room, 'ada', 'Meanwhile'));
    await others.idle();
  };
  const { send } = aSender(
    async () => {
      await meanwhile();
      if (ending === 'FAILED') throw new MailRefused('550 nobody here');
    },
    {
      transaction: (work) =>
        client.$transaction((tx) => work(used(storesOn(tx)) as Parameters<typeof work>[0])),
      stores: replaceStores(stores, {
        deliveries: {
          ...stores.deliveries,
          settle: async (...given) => {
            await stores.deliveries.settle(...given);
            await meanwhile();
          },
        },
      }),
    },
  );
  await send(id);
  expect(await mailsOf(who)).toContainEqual(expect.objectContaining({ id, status: ending }));
  expect(said).toHaveLength(1);
  return { id, became: await mailedOf(who, said[0] as string) };
}

const ENDINGS: readonly Ending[] = ['SENT', 'FAILED', 'SUPPRESSED'];

test.each(ENDINGS)(
  'a notice that joins a mail just ending as %s waits for the next one',
  async (ending) => {
    const { id, became } = await endsWhile(ending, `reader-${ending}`, (used) => used);
    expect(became).toMatchObject([{ delivery: 'PENDING', mail: 'PENDING' }]);
    expect(became[0]?.id).not.toBe(id);
  },
);

test.each(ENDINGS)(
  'without a look at late notices they stay with the mail that is %s (mutant)',
  async (ending) => {
    const { id, became } = await endsWhile(ending, `forgotten-${ending}`, endMailAlone);
    expect(became).toEqual([{ delivery: 'PENDING', mail: ending, id }]);
  },
);

test('snoozed notices of a refused digest go in a later one', async () => {
  const who = 'digested';
  await aRoomWith(who);
  await prefer(who, { digest: 'HOURLY' });
  await others.orderStep(who, 'RESERVED');
  await others.idle();
  await others.orderStep(who, 'PAID');
  await others.idle();
  const [{ node: later }] = (await others.inbox(who)).notifications.edges;
  await snooze(who, later.id);
  const { send } = aSender(() => Promise.reject(new MailRefused('550 nobody here')));
  await send(await waitingMail(who));
  expect((await mailsOf(who)).map(({ status }) => status)).toEqual(['FAILED', 'PENDING']);
  const [waits] = await sql<{ email_id: string }>(
    graph,
    `SELECT email_id FROM delivery WHERE notification_id = $1 AND channel = 'EMAIL' AND status = 'PENDING'`,
    [later.id],
  );
  expect(waits?.email_id).toBe(await waitingMail(who));
});

test('a mail that was refused, and then waits for its reader, holds back no other', async () => {
  const who = 'put-off';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'For later');
  await others.idle();
  const first = await waitingMail(who);
  const { send: sendInVain } = aSender(() => Promise.reject(new Error('the line broke')));
  await sendInVain(first);
  const [{ node }] = (await others.inbox(who)).notifications.edges;
  await snooze(who, node.id);
  const { send, sent } = aSender(takesAll);
  await send(first);
  expect(await mailsOf(who)).toMatchObject([{ status: 'PENDING', last_error: 'SNOOZED' }]);
  await others.orderStep(who, 'PAID');
  await others.idle();
  const [, second] = await mailsOf(who);
  await send(second?.id as string);
  expect(sent.map(({ subject }) => subject)).toEqual([expect.stringContaining('S-1001')]);
});

/** From a full hour of tomorrow. */
const HOUR = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 24 * HOUR_MS;
const atMinute = (minutes: number) => new Date(HOUR + minutes * 60_000);

test('a digest that was late does not make the next one late', async () => {
  const who = 'on-the-hour';
  await aRoomWith(who);
  await prefer(who, { digest: 'HOURLY' });
  let now = atMinute(-20);
  const { send, sent } = aSender(takesAll, { clock: () => now });
  for (const [step, at] of [
    ['RESERVED', atMinute(-20)],
    ['PAID', atMinute(0)],
  ] as const) {
    await others.orderStep(who, step);
    await others.idle();
    now = at;
    await send(await waitingMail(who));
  }
  expect(sent).toHaveLength(2);
});

test('a room is mailed once an hour, whatever mail it was in before', async () => {
  const who = 'switcher';
  const room = await aRoomWith(who);
  let now = atMinute(-10);
  const { send, sent } = aSender(takesAll, { clock: () => now });
  await others.post(room, 'ada', 'By itself');
  await others.idle();
  await send(await waitingMail(who));
  await others.read(room, who);
  await prefer(who, { digest: 'HOURLY' });
  await others.post(room, 'ada', 'In a digest');
  await others.idle();
  const digest = await waitingMail(who);
  now = atMinute(0);
  await send(digest);
  expect(await mailsOf(who)).toMatchObject([
    { status: 'SENT' },
    { id: digest, status: 'PENDING', last_error: 'RATE_LIMITED' },
  ]);
  now = atMinute(50);
  await send(digest);
  expect(sent).toHaveLength(2);
});

/** When the mail that waits for somebody is due, in minutes from a moment. */
const dueIn = async (who: string, from: Date) => {
  const [row] = await sql<{ due_at: Date }>(
    graph,
    `SELECT due_at FROM email_message WHERE user_id = $1 AND status = 'PENDING'`,
    [as(who).userId],
  );
  return ((row?.due_at.getTime() ?? 0) - from.getTime()) / 60_000;
};
const A_DAY = 24 * 60;
/** What is due may have been put on its queue already, where it is left alone for so many minutes. */
const ON_ITS_QUEUE = 5;

test('a mail that waits for a snoozed notice waits no longer than a notice that joins it', async () => {
  const who = 'called';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'For tomorrow');
  await others.idle();
  const [{ node }] = (await others.inbox(who)).notifications.edges;
  await snooze(who, node.id);
  const { send, sent } = aSender(takesAll);
  await send(await waitingMail(who));
  expect(await dueIn(who, WRITTEN_AT)).toBeGreaterThan(A_DAY);
  await others.post(room, 'ada', 'Now!', { mentioned: [as(who).userId] });
  await others.idle();
  expect(await dueIn(who, WRITTEN_AT)).toBeLessThan(60);
  await send(await waitingMail(who));
  expect(sent.map(({ text }) => text)).toEqual([expect.stringContaining('Now!')]);
  expect(sent[0]?.text).not.toContain('For tomorrow');
});

test('a notice that joins a mail during its check is checked soon', async () => {
  const who = 'called-meanwhile';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'For tomorrow');
  await others.idle();
  const [{ node }] = (await others.inbox(who)).notifications.edges;
  await snooze(who, node.id);
  const { send } = aSender(takesAll, {
    stores: replaceStores(stores, {
      preferences: {
        ...stores.preferences,
        // After the mail was looked through, and before it is given back.
        of: async (userIds) => {
          await others.post(room, 'ada', 'Now!', { mentioned: [as(who).userId] });
          await others.idle();
          return stores.preferences.of(userIds);
        },
      },
    }),
  });
  await send(await waitingMail(who));
  expect(await dueIn(who, new Date())).toBeLessThan(A_DAY / 2);
});

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a pause', { pausedUntil: atMinute(30 * A_DAY).toISOString() }, { pausedUntil: null }],
  [
    'quiet hours',
    {
      quietPeriods: [
        { days: [...WEEKDAYS], start: '00:00', end: '12:00' },
        { days: [...WEEKDAYS], start: '12:00', end: '00:00' },
      ],
    },
    { quietPeriods: [] },
  ],
])('%s that is ended early keeps nothing back any longer', async (name, begin, end) => {
  const who = name.replaceAll(' ', '-');
  const room = await aRoomWith(who);
  await stores.devices.register({
    ...{ id: newId('dev'), userId: as(who).userId, platform: 'FCM', token: `${who}-token` },
    ...{ p256dh: null, auth: null, label: null, sessionId: newId('ses') },
    ...{ createdAt: WRITTEN_AT, lastUsedAt: null },
  });
  await prefer(who, begin);
  await others.post(room, 'ada', 'Are you there?');
  await others.idle();
  const { send, sent } = aSender(takesAll);
  await send(await waitingMail(who));
  const [push] = await client.pushMessage.findMany({ where: { userId: as(who).userId } });
  const claimed = await stores.pushes.claim(push?.id as string, systemClock(), atMinute(0));
  if (!claimed) throw new Error('Nobody else has it.');
  const reason = (await mailsOf(who))[0]?.last_error ?? null;
  await stores.pushes.markWaiting(claimed, { reason, at: WRITTEN_AT, dueAt: atMinute(A_DAY) });
  expect(sent).toEqual([]);
  expect(await dueIn(who, WRITTEN_AT)).toBeGreaterThan(60);
  await prefer(who, end);
  expect(await dueIn(who, WRITTEN_AT)).toBeLessThanOrEqual(ON_ITS_QUEUE);
  const [shown] = await client.pushMessage.findMany({ where: { userId: as(who).userId } });
  const shownIn = ((shown?.dueAt.getTime() ?? 0) - WRITTEN_AT.getTime()) / 60_000;
  expect(shownIn).toBeLessThanOrEqual(ON_ITS_QUEUE);
});

test('a notice that is unsnoozed early is mailed then', async () => {
  const who = 'brought-back';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'For tomorrow');
  await others.idle();
  const [{ node }] = (await others.inbox(who)).notifications.edges;
  await snooze(who, node.id);
  const { send } = aSender(takesAll);
  await send(await waitingMail(who));
  expect(await dueIn(who, WRITTEN_AT)).toBeGreaterThan(A_DAY);
  await mutate(
    who,
    'mutation ($id: ID!) { snoozeNotification(notificationId: $id) { errors { __typename } } }',
    { id: node.id },
  );
  expect(await dueIn(who, WRITTEN_AT)).toBeLessThanOrEqual(ON_ITS_QUEUE);
});

test('a mail about an account is not sent once its address is erased', async () => {
  const id = newId('eml');
  const content = { template: 'SECURITY_NOTICE', parameters: { change: 'PASSWORD_SET' } } as const;
  const asked = { id, userId: as('erased').userId, toAddress: '', sourceId: newId('ses') };
  await stores.emails.insert({ ...asked, content, createdAt: WRITTEN_AT }, atMinute(0));
  const { send, sent } = aSender(takesAll);
  await send(id);
  expect(sent).toEqual([]);
  expect(await mailsOf('erased')).toMatchObject([{ id, status: 'SUPPRESSED' }]);
});
