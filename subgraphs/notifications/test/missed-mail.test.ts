import { createActivityRecord } from '@souk/runtime/backplane';
import { as, type StartedSubgraph, sql, startSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNotificationsSubgraph } from '../src/index.ts';
import { beside, otherSubgraphsOf } from './inbox.ts';
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
      mailLinksUrl: 'https://souk.test',
      mailFeedbackSecret: 'a secret of the carrier',
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

const postReturn = async (body: unknown, secret = 'a secret of the carrier') =>
  (
    await beside(graph, '/mail/feedback', {
      ...{ method: 'POST', headers: { authorization: `Bearer ${secret}` } },
      body: JSON.stringify(body),
    })
  ).status;
const confirm = (who: string) =>
  graph.deliver('users.EmailVerified', {
    userId: as(who).userId,
    email: `${who}@example.test`,
  });
const mailsTo = (who: string) => server.received.filter(({ to }) => to === `${who}@example.test`);
const activity = () => createActivityRecord(graph.backplane.cache);
const waitingFor = (who: string) =>
  sql<{ attempts: number; last_error: string | null }>(
    graph,
    "SELECT attempts, last_error FROM email_message WHERE user_id = $1 AND status = 'PENDING'",
    [as(who).userId],
  );
/** What became of the mail, once it is known. */
const settled = (who: string) =>
  until(async () => {
    const [entry] = (await others.inbox(who)).notifications.edges;
    const mail = entry?.node.deliveries.find(
      ({ channel }: { channel: string }) => channel === 'EMAIL',
    );
    return mail && mail.status !== 'PENDING' ? mail : null;
  });
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
  // One after the other: the clock stands still, so that nothing else tells which was the first.
  for (const text of ['One', 'Two', 'Three']) {
    await others.post(room, 'ada', text);
    await others.idle();
  }
  expect((await others.inbox('idle')).unreadNotifications).toBe(1);
  expect(mailsTo('idle')).toEqual([]);
  pass(DELAY_SECONDS);
  // The second and the third went in the mail of the first.
  expect(await settled('idle')).toMatchObject({ status: 'SENT', reason: 'BATCHED_INTO' });
  await others.post(room, 'ada', 'Four');
  await others.idle();
  const rows = await sql(graph, 'SELECT status FROM email_message WHERE user_id = $1', [
    as('idle').userId,
  ]);
  expect(rows).toEqual([{ status: 'SENT' }]);
  expect(mailsTo('idle')).toHaveLength(1);
  expect(mailsTo('idle')[0]?.raw).toContain('Subject: Ada Lovelace in #tea, and 2 more');
  expect(mailsTo('idle')[0]?.raw).toContain('Three');
  // After they have been back, the next one is mailed again.
  await others.read(room, 'idle');
  await others.idle();
  await others.post(room, 'ada', 'Five');
  await others.idle();
  // Not within the hour, which is one mail's for each room.
  pass(DELAY_SECONDS);
  await until(async () => (await waitingFor('idle'))[0]?.last_error === 'RATE_LIMITED');
  pass(3_600);
  await until(() => mailsTo('idle').length === 2);
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
    'banned',
    'BANNED',
    (room: Awaited<ReturnType<typeof aRoomWith>>, who: string) =>
      others.change(room, [], [who], [who]),
  ],
  [
    'blocking',
    'BLOCKED',
    (_: unknown, who: string) =>
      graph.deliver('chat.BlockChanged', {
        ...{ userId: as(who).userId, blockedUserId: as('ada').userId, on: true },
      }),
  ],
  [
    'muting',
    'MUTED_ROOM',
    (room: Awaited<ReturnType<typeof aRoomWith>>, who: string) =>
      graph.deliver('chat.RoomPreferencesChanged', {
        ...{ roomId: room.roomId, userId: as(who).userId, notify: 'ALL' },
        mutedUntil: '2100-01-01T00:00:00.000Z',
      }),
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

test('an active person is not mailed; when they close the lid without reading, the mail is sent', async () => {
  const room = await aRoomWith('busy');
  await others.post(room, 'ada', 'Look here');
  await others.idle();
  pass(DELAY_SECONDS);
  await activity().note(as('busy'), { active: true, roomId: null }, now);
  await until(async () => (await waitingFor('busy'))[0]?.last_error === 'ATTENTIVE');
  expect(mailsTo('busy')).toEqual([]);
  // Not to send it yet is no attempt to send it, of which a mail has only so many.
  expect(await waitingFor('busy')).toEqual([{ attempts: 0, last_error: 'ATTENTIVE' }]);
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

test('an unconfirmed address gets no mail', async () => {
  const room = await others.room(['ada', 'unproven'], 'tea');
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  expect((await others.inbox('unproven')).unreadNotifications).toBe(1);
  const rows = await sql(graph, 'SELECT 1 FROM email_message WHERE user_id = $1', [
    as('unproven').userId,
  ]);
  expect(rows).toEqual([]);
});

test('a snoozed notice returns unseen at its time, and its mail waits for that', async () => {
  const who = 'sleeper';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'For later');
  await others.idle();
  const [{ node }] = (await others.inbox(who)).notifications.edges;
  await using inbox = await graph.subscribe(
    `subscription { notificationEvents { __typename
      ... on NotificationCreated { notification { id } counts { unread badge } } } }`,
    {},
    as(who),
  );
  await inbox.atLeast(1);
  await graph.execute(
    `mutation ($id: ID!, $until: DateTime) { snoozeNotification(notificationId: $id, until: $until) {
      errors { __typename } } }`,
    { id: node.id, until: new Date(now.getTime() + 600_000).toISOString() },
    as(who),
  );
  pass(DELAY_SECONDS);
  await until(async () => (await waitingFor(who))[0]?.last_error === 'SNOOZED');
  expect((await others.inbox(who)).unreadNotifications).toBe(0);
  pass(600);
  const back = await inbox.find(
    ({ data }) => data.notificationEvents.__typename === 'NotificationCreated',
  );
  expect(back.data.notificationEvents).toMatchObject({
    notification: { id: node.id },
    counts: { unread: 1, badge: 1 },
  });
  await until(() => mailsTo(who).length === 1);
});

const prefer = (who: string, input: Record<string, unknown>) =>
  graph.execute(
    `mutation ($input: NotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
      errors { __typename } } }`,
    { input },
    as(who),
  );

test("a digest gathers waiting notices in one mail, in its reader's language", async () => {
  const who = 'gatherer';
  const [tea, cake] = [await aRoomWith(who), await others.room(['ada', who], 'cake')];
  await prefer(who, { digest: 'HOURLY', emailLocale: 'de' });
  await others.post(tea, 'ada', 'Tea');
  await others.post(cake, 'ada', 'Cake');
  await others.orderStep(who, 'PAID');
  await others.idle();
  pass(DELAY_SECONDS);
  expect(await waitingFor(who)).toHaveLength(1);
  pass(3_600);
  await until(() => mailsTo(who).length === 1);
  const raw =
    mailsTo(who)[0]
      ?.raw.replace(/=\r?\n/g, '')
      .replace(/\r\n[ \t]+/g, ' ') ?? '';
  for (const said of [
    'Ada Lovelace in #tea',
    'Ada Lovelace in #cake',
    'Bestellung S-1001 ist bezahlt',
  ]) {
    expect(raw).toContain(said);
  }
  expect(raw).toContain('List-Unsubscribe: <https://souk.test/mail/unsubscribe/');
  expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  // Two of them joined what the first one waited for.
  await until(async () => {
    const { edges } = (await others.inbox(who)).notifications;
    const mails = edges.flatMap(({ node }: { node: { deliveries: Record<string, string>[] } }) =>
      node.deliveries.filter(({ channel }) => channel === 'EMAIL'),
    );
    const became = mails.map(({ status, reason }: never) => `${status} ${reason}`).sort();
    return became.join() === 'SENT BATCHED_INTO,SENT BATCHED_INTO,SENT null';
  });
});

test.each([
  ['PAUSED', () => ({ pausedUntil: new Date(now.getTime() + 900_000).toISOString() })],
  [
    'QUIET_HOURS',
    () => {
      const clockAt = (ms: number) => new Date(now.getTime() + ms).toISOString().slice(11, 16);
      const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
      return { quietPeriods: [{ days, start: clockAt(-60_000), end: clockAt(840_000) }] };
    },
  ],
] as const)('%s: the mail waits, and goes when that is over', async (reason, setting) => {
  const who = reason.toLowerCase();
  const room = await aRoomWith(who);
  await prefer(who, setting());
  await others.post(room, 'ada', 'Not now');
  await others.idle();
  pass(DELAY_SECONDS);
  await until(async () => (await waitingFor(who))[0]?.last_error === reason);
  pass(900);
  expect(await settled(who)).toMatchObject({ status: 'SENT' });
});

test('only the recipient of a message can ask why they were or were not notified of it', async () => {
  const who = 'asker';
  const room = await aRoomWith(who);
  await prefer(who, { rules: [{ kind: 'MESSAGE', channel: 'EMAIL', enabled: false }] });
  const messageId = await others.post(room, 'ada', 'Well?');
  await others.idle();
  const explain = async (asker: string) => {
    const data = await graph.ask(
      `query ($id: ID!) { explainNotification(messageId: $id) { summary message { id }
        notification { body } deliveries { channel status reason rule } } }`,
      { id: messageId },
      as(asker),
    );
    return data.explainNotification;
  };
  expect(await explain(who)).toMatchObject({
    message: { id: messageId },
    notification: { body: 'Well?' },
    summary:
      'Inbox: it was delivered. Email: it was held back: you have switched this off. Devices: it was held back: you have no registered device.',
  });
  expect((await explain(who)).deliveries).toContainEqual({
    ...{ channel: 'EMAIL', status: 'SUPPRESSED', reason: 'PREFERENCE_OFF' },
    rule: 'rule for this kind and channel',
  });
  for (const other of ['ada', 'stranger']) expect(await explain(other)).toBeNull();
});

test('a bounce that arrives before the mail is recorded as sent is the end of the mail and its notices', async () => {
  const who = 'early';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  const answers: number[] = [];
  server.beforeAnswers.push(async ({ messageId }) => {
    const body = { events: [{ messageId, type: 'BOUNCED', detail: '550 no such user' }] };
    for (const _ of [1, 2]) answers.push(await postReturn(body));
  });
  pass(DELAY_SECONDS);
  expect(await settled(who)).toMatchObject({ status: 'BOUNCED', reason: 'BOUNCED' });
  expect(answers).toEqual([204, 204]);
  const rows = await sql(graph, 'SELECT status, last_error FROM email_message WHERE user_id = $1', [
    as(who).userId,
  ]);
  expect(rows).toEqual([{ status: 'BOUNCED', last_error: '550 no such user' }]);
  await others.read(room, who);
  await others.post(room, 'ada', 'Again');
  await others.idle();
  expect(await settled(who)).toMatchObject({ status: 'SUPPRESSED', reason: 'BOUNCED' });
});

test('a bounce is recorded, and nothing is sent there until an address is confirmed again', async () => {
  const who = 'bounced';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  pass(DELAY_SECONDS);
  expect(await settled(who)).toMatchObject({ status: 'SENT' });
  const { messageId = '' } = mailsTo(who)[0] ?? {};
  const body = { events: [{ messageId, type: 'BOUNCED', detail: '550 no such user' }] };
  expect(await postReturn(body, 'wrong')).toBe(401);
  expect(await postReturn({ events: 'none' })).toBe(400);
  expect(await postReturn(body)).toBe(204);
  expect(await postReturn(body)).toBe(204);
  expect(await settled(who)).toMatchObject({ status: 'BOUNCED', reason: 'BOUNCED' });
  await others.read(room, who);
  await others.post(room, 'ada', 'Again');
  await others.idle();
  expect(await settled(who)).toMatchObject({ status: 'SUPPRESSED', reason: 'BOUNCED' });
  await graph.deliver(
    'users.EmailVerified',
    { userId: as(who).userId, email: `${who}@example.test` },
    { sequence: 1_000_000 },
  );
  await others.idle();
  const rows = await sql(graph, 'SELECT refused FROM mail_address WHERE user_id = $1', [
    as(who).userId,
  ]);
  expect(rows).toEqual([{ refused: null }]);
});

test('the link in a mail calls mails off: by one click of a mail client, or asked first', async () => {
  const who = 'weary';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  pass(DELAY_SECONDS);
  await until(() => mailsTo(who).length === 1);
  const [, path = ''] =
    /List-Unsubscribe: <https:\/\/souk\.test([^>]+)>/.exec(
      mailsTo(who)[0]?.raw.replace(/\r\n[ \t]+/g, ' ') ?? '',
    ) ?? [];
  const digest = async () => {
    const data = await graph.ask(
      '{ viewer { notificationPreferences { digest version } } }',
      {},
      as(who),
    );
    return data.viewer.notificationPreferences;
  };
  expect((await beside(graph, path, { method: 'GET' })).status).toBe(200);
  expect((await digest()).digest).toBe('IMMEDIATE');
  expect((await beside(graph, `${path}x`, { method: 'POST' })).status).toBe(404);
  for (const _ of [1, 2]) expect((await beside(graph, path, { method: 'POST' })).status).toBe(200);
  expect(await digest()).toEqual({ digest: 'NEVER', version: 1 });
  const token = path.split('/').at(-1);
  const unsubscribe = (given: unknown) =>
    graph.execute(
      `mutation ($token: String!) { unsubscribeByToken(token: $token) {
        unsubscribed errors { ... on UserError { code path } } } }`,
      { token: given },
    );
  expect((await unsubscribe(token)).data.unsubscribeByToken.unsubscribed).toBe(true);
  expect((await unsubscribe('made-up')).data.unsubscribeByToken).toMatchObject({
    errors: [{ path: ['token'] }],
  });
});

test('staff have a mail that was given up tried again, with the notices in it', async () => {
  const who = 'retried';
  const room = await aRoomWith(who);
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  server.refusals.push(550);
  pass(DELAY_SECONDS);
  expect(await settled(who)).toMatchObject({ status: 'FAILED' });
  const [mail] = await sql<{ id: string }>(
    graph,
    'SELECT id FROM email_message WHERE user_id = $1',
    [as(who).userId],
  );
  const retry = async (viewer: Parameters<typeof graph.execute>[2]) =>
    graph.execute(
      `mutation ($id: ID!) { retryEmail(emailMessageId: $id) { email { status }
        errors { ... on UserError { code path } } } }`,
      { id: mail?.id },
      viewer,
    );
  expect((await retry(as(who))).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  expect((await retry(as('root', 'ADMIN'))).data.retryEmail).toEqual({
    email: { status: 'PENDING' },
    errors: [],
  });
  await until(() => mailsTo(who).length === 1);
  await until(async () => (await settled(who))?.status === 'SENT');
  expect((await retry(as('root', 'ADMIN'))).data.retryEmail).toMatchObject({
    email: null,
    errors: [{ path: ['emailMessageId'] }],
  });
});

test('a mail about security is none of the notices, so no rule can be made of that', async () => {
  const data = await graph.ask(
    `mutation ($input: NotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
      errors { ... on UserError { code path } } } }`,
    { input: { rules: [{ kind: 'SECURITY', channel: 'EMAIL', enabled: true }] } },
    as('ada'),
  );
  expect(data.updateNotificationPreferences.errors).toEqual([
    { code: 'BAD_USER_INPUT', path: ['input', 'rules', '0'] },
  ]);
});
