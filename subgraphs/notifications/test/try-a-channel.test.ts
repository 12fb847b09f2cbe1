import { createActivityRecord } from '@souk/runtime/backplane';
import { as, type StartedSubgraph, sql, startSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNotificationsSubgraph } from '../src/index.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { startPushService } from './push-service.ts';
import { startTwilio } from './twilio-service.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
let mail: MailServer;
let browsers: Awaited<ReturnType<typeof startPushService>>;
let twilio: Awaited<ReturnType<typeof startTwilio>>;
beforeAll(async () => {
  [mail, browsers, twilio] = await Promise.all([
    startMailServer(),
    startPushService(),
    startTwilio(),
  ]);
  graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: {
      // Nothing else would leave as soon.
      ...{ mailFrom: 'Souk <hello@souk.test>', missedMailDelaySeconds: 86_400 },
      ...{ smtpUrl: mail.url, allowPrivateAddresses: true },
      ...{ twilioAccount: twilio.account, twilioUrl: twilio.url },
    },
    worker: true,
  });
  others = otherSubgraphsOf(graph);
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await Promise.all([mail.close(), browsers.close(), twilio.close()]);
});

const tryOut = async (who: string, channel: string) => {
  const data = await graph.ask(
    `mutation ($channel: Channel!) { sendTestNotification(channel: $channel) {
       notification { id kind title readAt deliveries { channel status } }
       errors { __typename ... on UserError { code path } } } }`,
    { channel },
    as(who),
  );
  return data.sendTestNotification;
};
const set = async (who: string, input: object) => {
  const data = await graph.ask(
    `mutation ($input: NotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
       errors { __typename } } }`,
    { input },
    as(who),
  );
  expect(data.updateNotificationPreferences.errors).toEqual([]);
};
const ALL_DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const NUMBER = '+46701234567';

test("a channel's test notice arrives at once, in spite of quiet hours and pauses", async () => {
  const who = 'trier';
  await graph.deliver('users.EmailVerified', {
    ...{ userId: as(who).userId, email: `${who}@example.test` },
  });
  const { token, platform, p256dh, auth } = browsers.subscribe('phone');
  await graph.ask(
    'mutation ($input: DeviceInput!) { registerDevice(input: $input) { errors { __typename } } }',
    { input: { token, platform, p256dh, auth } },
    as(who),
  );
  await graph.ask(
    `mutation { setSmsNumber(number: "${NUMBER}") { errors { __typename } } }`,
    {},
    as(who),
  );
  const code = await until(() => /^\d{6}/.exec(twilio.taken.at(-1)?.text ?? '')?.[0]);
  await graph.ask(
    `mutation { confirmSmsNumber(code: "${code}") { errors { __typename } } }`,
    {},
    as(who),
  );
  await others.idle();
  await set(who, {
    rules: ['IN_APP', 'EMAIL', 'PUSH'].map((channel) => ({
      ...{ kind: 'SYSTEM', channel, enabled: false },
    })),
    ...{ digest: 'NEVER', pausedUntil: new Date(Date.now() + 3_600_000).toISOString() },
    quietPeriods: [{ days: ALL_DAYS, start: '00:00', end: '23:59' }],
  });
  const record = createActivityRecord(graph.backplane.cache);
  await record.note(as(who), { active: true, roomId: null }, new Date());

  const { notification, errors } = await tryOut(who, 'IN_APP');
  expect({ notification, errors }).toMatchObject({
    notification: {
      ...{ kind: 'SYSTEM', title: 'This is a test', readAt: null },
      deliveries: [{ channel: 'IN_APP', status: 'DELIVERED' }],
    },
    errors: [],
  });
  for (const channel of ['EMAIL', 'PUSH', 'SMS']) {
    const tried = await tryOut(who, channel);
    expect(tried.errors).toEqual([]);
    // By the one that is tried, and by no other.
    expect(tried.notification.deliveries.map((one: { channel: string }) => one.channel)).toEqual([
      ...[channel, 'IN_APP'].sort(),
    ]);
    const sent = await until(async () => {
      const { edges } = (await others.inbox(who)).notifications;
      const entry = edges.find(
        ({ node }: { node: { id: string } }) => node.id === tried.notification.id,
      );
      const delivery = entry?.node.deliveries.find(
        (one: { channel: string }) => one.channel === channel,
      );
      return delivery?.status === 'PENDING' ? null : delivery;
    });
    expect(sent, channel).toMatchObject({ status: 'SENT', reason: null });
  }
  expect(mail.received.filter(({ to }) => to === `${who}@example.test`)).toHaveLength(1);
  expect(browsers.at('phone').map(({ content }) => content.title)).toEqual(['This is a test']);
  expect(twilio.taken.filter(({ text }) => text.startsWith('This is a test'))).toHaveLength(1);
  // A fifth goes, a sixth does not.
  expect((await tryOut(who, 'IN_APP')).errors).toEqual([]);
  expect(await tryOut(who, 'IN_APP')).toMatchObject({
    notification: null,
    errors: [{ __typename: 'RateLimitedError', code: 'RATE_LIMITED' }],
  });
});

test('a channel that leads nowhere is not tried, and counts for nothing', async () => {
  const nowhere = {
    notification: null,
    errors: [{ __typename: 'ValidationError', code: 'BAD_USER_INPUT', path: ['channel'] }],
  };
  for (let round = 0; round < 3; round += 1) {
    for (const channel of ['EMAIL', 'PUSH', 'SMS']) {
      expect(await tryOut('bare', channel), channel).toEqual(nowhere);
    }
  }
  expect((await tryOut('bare', 'IN_APP')).errors).toEqual([]);
});

test('the owner of an address that refuses mail is told what helps', async () => {
  const who = 'refused';
  const { userId } = as(who);
  await graph.deliver('users.EmailVerified', { userId, email: `${who}@example.test` });
  await others.idle();
  for (const refused of ['BOUNCED', 'COMPLAINED']) {
    await sql(graph, 'UPDATE mail_address SET refused = $2 WHERE user_id = $1', [userId, refused]);
    const data = await graph.ask(
      `mutation { sendTestNotification(channel: EMAIL) {
         errors { ... on UserError { message path } } } }`,
      {},
      as(who),
    );
    expect(data.sendTestNotification.errors, refused).toEqual([
      {
        message: 'Emails to your address are refused. Change it to another one.',
        path: ['channel'],
      },
    ]);
  }
});
