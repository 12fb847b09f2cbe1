import { createActivityRecord } from '@souk/runtime/backplane';
import { as, type StartedSubgraph, sql, startSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNotificationsSubgraph } from '../src/index.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

const DELAY_SECONDS = 1;
/** Stands still unless a test moves it, so nothing is due before the test says so. */
let now = new Date();
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
};
let graph: StartedSubgraph;
let server: MailServer;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  server = await startMailServer();
  graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: {
      smtpUrl: server.url,
      mailFrom: 'Souk <hello@souk.test>',
      missedMailDelaySeconds: DELAY_SECONDS,
    },
    clock: () => now,
    worker: true,
  });
  others = otherSubgraphsOf(graph);
  await others.register('ada', 'Ada Lovelace');
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await server.close();
});

const confirm = (who: string) =>
  graph.deliver('users.EmailVerified', {
    userId: as(who).userId,
    email: `${who}@example.test`,
  });
const mailsTo = (who: string) => server.received.filter(({ to }) => to === `${who}@example.test`);
const activity = () => createActivityRecord(graph.backplane.cache);
/** What became of the mail, once it is known. */
const settled = (who: string) =>
  until(
    async () => {
      const [entry] = (await others.inbox(who)).notifications.edges;
      const mail = entry?.node.deliveries.find(
        ({ channel }: { channel: string }) => channel === 'EMAIL',
      );
      return mail && mail.status !== 'PENDING' ? mail : null;
    },
    { within: 20_000 },
  );
const aRoomWith = async (who: string) => {
  await confirm(who);
  const room = await others.room(['ada', who], 'tea');
  await others.idle();
  return room;
};

test('an idle desktop with a living socket and an open inbox gets the notice and one mail for all', async () => {
  const room = await aRoomWith('idle');
  await graph.backplane.presence.renew({ userId: as('idle').userId, connectionId: 'tab' }, 600);
  await using inbox = await graph.subscribe(
    'subscription { notificationEvents { __typename } }',
    {},
    as('idle'),
  );
  await inbox.atLeast(1);
  for (const text of ['One', 'Two', 'Three']) await others.post(room, 'ada', text);
  await others.idle();
  expect((await others.inbox('idle')).unreadNotifications).toBe(1);
  expect(mailsTo('idle')).toEqual([]);
  pass(DELAY_SECONDS);
  expect(await settled('idle')).toMatchObject({ status: 'SENT', reason: null });
  await others.post(room, 'ada', 'Four');
  await others.idle();
  const rows = await sql(graph, 'SELECT status FROM email_message WHERE user_id = $1', [
    as('idle').userId,
  ]);
  expect(rows).toEqual([{ status: 'SENT' }]);
  expect(mailsTo('idle')).toHaveLength(1);
  expect(mailsTo('idle')[0]?.raw).toContain('Ada Lovelace in #tea: 3 new messages');
  // After they have been back, the next one is mailed again.
  await others.read(room, 'idle');
  await others.idle();
  await others.post(room, 'ada', 'Five');
  await others.idle();
  pass(DELAY_SECONDS);
  await settled('idle');
  expect(mailsTo('idle')).toHaveLength(2);
});

test.each([
  [
    'read',
    'READ_BEFORE_SEND',
    (room: Awaited<ReturnType<typeof aRoomWith>>, who: string) => others.read(room, who),
  ],
  [
    'left',
    'LEFT_ROOM',
    (room: Awaited<ReturnType<typeof aRoomWith>>, who: string) => others.change(room, [], [who]),
  ],
  [
    'unwilling',
    'PREFERENCE_OFF',
    async (_: unknown, who: string) => {
      const rules = [{ kind: 'MESSAGE', channel: 'EMAIL', enabled: false }];
      await graph.execute(
        `mutation ($input: NotificationPreferencesInput!) {
          updateNotificationPreferences(input: $input) { errors { __typename } } }`,
        { input: { rules } },
        as(who),
      );
    },
  ],
] as const)(
  'who has %s meanwhile is not mailed, and the notice says why: %s',
  async (who, reason, meanwhile) => {
    const room = await aRoomWith(who);
    await others.post(room, 'ada', 'Psst');
    await others.idle();
    await meanwhile(room, who);
    await others.idle();
    pass(DELAY_SECONDS);
    expect(await settled(who)).toMatchObject({ status: 'SUPPRESSED', reason });
    expect(mailsTo(who)).toEqual([]);
  },
);

test('who is active is not mailed while they are; the lid closes unread, and the mail comes', async () => {
  const room = await aRoomWith('busy');
  await others.post(room, 'ada', 'Look here');
  await others.idle();
  pass(DELAY_SECONDS);
  await activity().note(as('busy'), { active: true, roomId: null }, now);
  const lookedAt = () =>
    sql<{ attempts: number; last_error: string }>(
      graph,
      "SELECT attempts, last_error FROM email_message WHERE user_id = $1 AND status = 'PENDING'",
      [as('busy').userId],
    );
  await until(async () => (await lookedAt())[0]?.last_error === 'ATTENTIVE', { within: 20_000 });
  expect(mailsTo('busy')).toEqual([]);
  // Not to send it yet is no attempt to send it, of which a mail has only so many.
  expect(await lookedAt()).toEqual([{ attempts: 0, last_error: 'ATTENTIVE' }]);
  pass(180);
  expect(await settled('busy')).toMatchObject({ status: 'SENT' });
  expect(mailsTo('busy')).toHaveLength(1);
});

test('a mail server that will not take the mail is the reason why the notice went no further', async () => {
  const room = await aRoomWith('refused');
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  server.refusals.push(550);
  pass(DELAY_SECONDS);
  expect(await settled('refused')).toMatchObject({ status: 'FAILED', reason: 'PROVIDER_REFUSED' });
  expect(mailsTo('refused')).toEqual([]);
});

test('an address that nobody has confirmed is written nothing to', async () => {
  const room = await others.room(['ada', 'unproven'], 'tea');
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  expect((await others.inbox('unproven')).unreadNotifications).toBe(1);
  const rows = await sql(graph, 'SELECT 1 FROM email_message WHERE user_id = $1', [
    as('unproven').userId,
  ]);
  expect(rows).toEqual([]);
});

test('a step of an order takes no mail, so no rule can be made of that', async () => {
  const { data } = await graph.execute(
    `mutation ($input: NotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
      errors { ... on UserError { code path } } } }`,
    { input: { rules: [{ kind: 'ORDER_STATUS', channel: 'EMAIL', enabled: true }] } },
    as('ada'),
  );
  expect(data.updateNotificationPreferences.errors).toEqual([
    { code: 'BAD_USER_INPUT', path: ['input', 'rules', '0'] },
  ]);
});
