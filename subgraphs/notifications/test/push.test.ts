import { isDeepStrictEqual } from 'node:util';
import { createActivityRecord } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql, startSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNotificationsSubgraph } from '../src/index.ts';
import { startApns, startFcm } from './app-push-services.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { startPushService } from './push-service.ts';
import { startTwilio } from './twilio-service.ts';

/** Outboxes are looked at as often. */
const DELAY_SECONDS = 0.2;
/** Stands still unless a test moves it. */
let now = new Date();
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
};
let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
let service: Awaited<ReturnType<typeof startPushService>>;
let apns: Awaited<ReturnType<typeof startApns>>;
let twilio: Awaited<ReturnType<typeof startTwilio>>;
let fcm: Awaited<ReturnType<typeof startFcm>>;
beforeAll(async () => {
  service = await startPushService();
  apns = await startApns();
  fcm = await startFcm();
  twilio = await startTwilio();
  graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: {
      mailFrom: 'Souk <hello@souk.test>',
      missedMailDelaySeconds: DELAY_SECONDS,
      allowPrivateAddresses: true,
      ...{ apnsAccount: apns.account, apnsUrl: apns.url },
      ...{ fcmAccount: fcm.account, fcmUrl: fcm.url },
      ...{ twilioAccount: twilio.account, twilioUrl: twilio.url },
    },
    clock: () => now,
    worker: true,
  });
  others = otherSubgraphsOf(graph);
  await others.register('ada', 'Ada Lovelace');
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await Promise.all([service.close(), apns.close(), fcm.close(), twilio.close()]);
});

/** As long as a key of a subscription, and no point of its curve. */
const NO_POINT = Buffer.alloc(65, 4).toString('base64url');

const register = async (viewer: Viewer, input: Record<string, unknown>) => {
  const data = await graph.ask(
    `mutation ($input: DeviceInput!) { registerDevice(input: $input) {
      device { id platform label } errors { ... on UserError { code path } } } }`,
    { input },
    viewer,
  );
  return data.registerDevice;
};
const devicesOf = async (who: string) => {
  const data = await graph.ask(
    '{ viewer { devices { edges { node { id label lastUsedAt } } } } }',
    {},
    as(who),
  );
  return data.viewer.devices.edges.map(({ node }: { node: unknown }) => node);
};
/** A room with somebody whose browsers have these names. */
const aRoomWith = async (who: string, browsers: readonly string[]) => {
  for (const name of browsers) {
    const { errors } = await register(as(who), { ...service.subscribe(name), label: name });
    expect(errors).toEqual([]);
  }
  const room = await others.room(['ada', who], 'tea');
  await others.idle();
  return room;
};
const pushOf = async (who: string) => {
  const [entry] = (await others.inbox(who)).notifications.edges;
  return entry?.node.deliveries.find(({ channel }: { channel: string }) => channel === 'PUSH');
};

test('an unseen message is pushed to every device, encrypted for each browser', async () => {
  const room = await aRoomWith('bo', ['phone', 'desk']);
  await others.post(room, 'ada', 'One');
  await others.post(room, 'ada', 'Two');
  await others.idle();
  expect(await pushOf('bo')).toMatchObject({ status: 'PENDING', reason: null });
  pass(DELAY_SECONDS);
  for (const name of ['phone', 'desk']) {
    await until(() => service.at(name).length === 1);
    expect(service.at(name)[0]?.content).toMatchObject({
      ...{ type: 'SHOW', kind: 'MESSAGE', title: 'Ada Lovelace in #tea', body: 'Two', count: 2 },
    });
  }
  const data = await graph.ask('{ webPushPublicKey }');
  expect(service.at('phone')[0]?.authorization).toContain(`k=${data.webPushPublicKey}`);
  await until(async () => (await pushOf('bo'))?.status === 'SENT');
  // Read on one device, it vanishes from all.
  await others.read(room, 'bo');
  await others.idle();
  pass(DELAY_SECONDS);
  for (const name of ['phone', 'desk']) {
    await until(() => service.at(name).length === 2);
    const [show, withdraw] = service.at(name);
    expect(withdraw?.content).toEqual({
      type: 'WITHDRAW',
      notificationId: show?.content.notificationId,
    });
    expect(withdraw?.topic).toBe(show?.topic);
  }
});

test('our private key lies sealed', async () => {
  await graph.execute('{ webPushPublicKey }', {}, null);
  const [keys] = await sql<{ private_key: string }>(graph, 'SELECT private_key FROM push_keys');
  expect(keys?.private_key).toMatch(/^sealed:/);
});

test('an active person gets no push; a notice read meanwhile is not pushed', async () => {
  const room = await aRoomWith('busy', ['busy-phone']);
  await others.post(room, 'ada', 'Look');
  await others.idle();
  await createActivityRecord(graph.backplane.cache).note(
    as('busy'),
    { active: true, roomId: null },
    now,
  );
  pass(DELAY_SECONDS);
  const waiting = async () =>
    (
      await sql<{ attempts: number; last_error: string | null }>(
        graph,
        'SELECT attempts, last_error FROM push_message WHERE user_id = $1',
        [as('busy').userId],
      )
    )[0];
  await until(async () => (await waiting())?.last_error === 'ATTENTIVE');
  expect(await waiting()).toEqual({ attempts: 0, last_error: 'ATTENTIVE' });
  await others.read(room, 'busy');
  await others.idle();
  pass(180);
  await until(async () => (await pushOf('busy'))?.status === 'SUPPRESSED');
  expect(await pushOf('busy')).toMatchObject({ reason: 'READ_BEFORE_SEND' });
  expect(service.at('busy-phone')).toEqual([]);
});

test.each([404, 410])(
  'an endpoint that answers %s is forgotten, and the notice says why',
  async (status) => {
    const who = `gone${status}`;
    const room = await aRoomWith(who, [who]);
    service.refusals.set(`/${who}`, [status]);
    await others.post(room, 'ada', 'Anybody?');
    await others.idle();
    pass(DELAY_SECONDS);
    await until(async () => (await pushOf(who))?.status === 'FAILED');
    expect(await pushOf(who)).toMatchObject({ reason: 'DEVICE_GONE' });
    expect(await devicesOf(who)).toEqual([]);
  },
);

test('a device whose service has refused everything for a week is forgotten', async () => {
  const who = 'refused';
  const room = await aRoomWith(who, [who]);
  service.refusals.set(`/${who}`, [403, 403]);
  const isRefused = async (text: string) => {
    await others.post(room, 'ada', text);
    await others.idle();
    pass(DELAY_SECONDS);
    await until(async () => (await pushOf(who))?.status === 'FAILED');
    expect(await pushOf(who)).toMatchObject({ reason: 'PROVIDER_REFUSED' });
    await others.read(room, who);
    await others.idle();
  };
  await isRefused('One');
  expect(await devicesOf(who)).toHaveLength(1);
  pass(8 * 24 * 3_600);
  await isRefused('Two');
  await until(async () => (await devicesOf(who)).length === 0);
});

test('a push that cannot be encrypted for its device is given up at once', async () => {
  const who = 'off-the-curve';
  const room = await aRoomWith(who, [who]);
  await sql(graph, 'UPDATE device SET p256dh = $2 WHERE user_id = $1', [as(who).userId, NO_POINT]);
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  pass(DELAY_SECONDS);
  await until(async () => (await pushOf(who))?.status === 'FAILED');
  expect(await pushOf(who)).toMatchObject({ reason: 'PROVIDER_REFUSED' });
});

test('a push service that is busy, or broken, gets it later, once', async () => {
  const who = 'patient';
  const room = await aRoomWith(who, [who]);
  service.refusals.set(`/${who}`, [429, 503]);
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  pass(DELAY_SECONDS);
  const tried = async () =>
    (
      await sql<{ attempts: number; status: string; isUnderWay: boolean }>(
        graph,
        `SELECT attempts, status, claimed_until IS NOT NULL AS "isUnderWay"
         FROM push_message WHERE user_id = $1`,
        [as(who).userId],
      )
    )[0];
  for (const attempts of [1, 2]) {
    // What is under way is tried again a while after its end.
    const ended = { attempts, status: 'PENDING', isUnderWay: false };
    await until(async () => isDeepStrictEqual(await tried(), ended));
    pass(60);
  }
  await until(async () => (await tried())?.status === 'SENT');
  expect(service.at(who)).toHaveLength(1);
});

test('a device ends with its session, and belongs to the account that registered it last', async () => {
  const [first, second] = [
    { ...as('ender'), sessionId: 'ses_1' },
    { ...as('ender'), sessionId: 'ses_2' },
  ];
  await register(first, { ...service.subscribe('one'), label: 'one' });
  const shared = service.subscribe('shared');
  const { device } = await register(second, shared);
  expect((await register(second, shared)).device.id).toBe(device.id);
  await graph.deliver('users.SessionRevoked', {
    ...{ userId: first.userId, sessionId: 'ses_1', reason: 'LOGGED_OUT' },
  });
  await others.idle();
  expect(await devicesOf('ender')).toMatchObject([{ id: device.id }]);
  // Who learned the endpoint and not its keys takes nothing away.
  const stolen = { ...shared, auth: Buffer.alloc(16).toString('base64url') };
  expect((await register(as('thief'), stolen)).errors).toMatchObject([
    { path: ['input', 'token'] },
  ]);
  expect(await devicesOf('ender')).toHaveLength(1);
  const taken = await register(as('taker'), shared);
  expect(taken.device.id).not.toBe(device.id);
  expect(await devicesOf('ender')).toEqual([]);
  const remove = async (who: string) => {
    const data = await graph.ask(
      `mutation ($id: ID!) { removeDevice(deviceId: $id) { deletedId
        errors { ... on UserError { code path } } } }`,
      { id: taken.device.id },
      as(who),
    );
    return data.removeDevice;
  };
  expect(await remove('ender')).toMatchObject({ errors: [{ path: ['deviceId'] }] });
  expect(await remove('taker')).toEqual({ deletedId: taken.device.id, errors: [] });
});

test('a device that is registered while its session ends is not kept', async () => {
  const [ended, open] = [
    { ...as('leaver'), sessionId: 'ses_ended' },
    { ...as('leaver'), sessionId: 'ses_open' },
  ];
  await graph.deliver('users.SessionRevoked', {
    ...{ userId: ended.userId, sessionId: ended.sessionId, reason: 'LOGGED_OUT' },
  });
  await others.idle();
  const { data, errors } = await graph.execute(
    'mutation ($input: DeviceInput!) { registerDevice(input: $input) { device { id } } }',
    { input: service.subscribe('left') },
    ended,
  );
  expect(data?.registerDevice ?? null).toBeNull();
  expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  expect(await devicesOf('leaver')).toEqual([]);
  expect((await register(open, service.subscribe('stays'))).errors).toEqual([]);
  expect(await devicesOf('leaver')).toHaveLength(1);
});

test('an invalid push subscription is refused, each mistake with its path', async () => {
  const input = { platform: 'WEB_PUSH', token: 'ftp://somewhere', p256dh: 'AAAA', auth: null };
  const { device, errors } = await register(as('faker'), input);
  expect(device).toBeNull();
  expect(errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
    'input.auth',
    'input.p256dh',
    'input.token',
  ]);
  const { token, auth } = service.subscribe('faker');
  const offTheCurve = await register(as('faker'), { ...input, token, auth, p256dh: NO_POINT });
  expect(offTheCurve.errors).toMatchObject([{ path: ['input', 'p256dh'] }]);
});

/** Both services of apps, each with what it takes and says. */
const APPS = {
  APNS: {
    token: (nth: number) => nth.toString(16).padStart(64, 'a'),
    service: () => apns,
    shown: (nth: number) => {
      const { path, headers, body } = apns.taken[nth] ?? {};
      return {
        token: path?.replace('/3/device/', ''),
        ...{
          isAlert: headers?.['apns-push-type'] === 'alert',
          same: headers?.['apns-collapse-id'],
        },
        text: (body?.aps as { alert?: unknown } | undefined)?.alert,
        souk: (body?.souk ?? {}) as Record<string, unknown>,
      };
    },
    gone: { status: 410, body: { reason: 'Unregistered', timestamp: 1 } },
    busy: { status: 429, body: { reason: 'TooManyRequests' } },
    expired: { status: 403, body: { reason: 'ExpiredProviderToken' } },
    refused: { status: 400, body: { reason: 'BadDeviceToken' } },
    ours: [
      { status: 400, body: { reason: 'TopicDisallowed' } },
      { status: 403, body: { reason: 'InvalidProviderToken' } },
    ],
  },
  FCM: {
    token: (nth: number) => `fcm-token-${nth}:`.padEnd(140, 'x'),
    service: () => fcm,
    shown: (nth: number) => {
      const { message } = fcm.taken[nth] ?? {};
      const { token, data, notification, android } = (message ?? {}) as Record<string, never>;
      const same = (android as { collapse_key: string } | undefined)?.collapse_key;
      const souk = (data ?? {}) as Record<string, unknown>;
      return { token, isAlert: notification !== undefined, same, text: notification, souk };
    },
    gone: { status: 404, body: { error: { details: [{ errorCode: 'UNREGISTERED' }] } } },
    busy: { status: 503, body: { error: { status: 'UNAVAILABLE' } }, retryAfter: 30 },
    expired: { status: 401, body: { error: { status: 'UNAUTHENTICATED' } } },
    refused: { status: 400, body: { error: { status: 'INVALID_ARGUMENT' } } },
    ours: [
      { status: 404, body: { error: { status: 'NOT_FOUND' } } },
      { status: 403, body: { error: { details: [{ errorCode: 'SENDER_ID_MISMATCH' }] } } },
    ],
  },
} as const;
const tokens = { nth: 0 };
const anAppOf = async (platform: keyof typeof APPS, who: string, text = 'Hello') => {
  tokens.nth += 1;
  const token = APPS[platform].token(tokens.nth);
  const { errors } = await register(as(who), { platform, token, label: who });
  expect(errors).toEqual([]);
  const room = await others.room(['ada', who], 'tea');
  await others.post(room, 'ada', text);
  await others.idle();
  pass(DELAY_SECONDS);
  return { token, room };
};
const PLATFORMS = Object.keys(APPS) as (keyof typeof APPS)[];

test.each(PLATFORMS)(
  'an app of %s shows a notice, and removes one that was read',
  async (platform) => {
    const { service: of, shown } = APPS[platform];
    const who = `app-${platform}`;
    const before = of().taken.length;
    const { token, room } = await anAppOf(platform, who, '');
    await until(async () => (await pushOf(who))?.status === 'SENT');
    const show = shown(before);
    expect(show).toMatchObject({ token, isAlert: true });
    expect(show.text).toEqual({
      title: 'Ada Lovelace in #tea',
      body: 'It contains a file or something shared.',
    });
    expect(show.souk).toMatchObject({ type: 'SHOW', kind: 'MESSAGE', notificationId: show.same });
    await others.read(room, who);
    await others.idle();
    pass(DELAY_SECONDS);
    await until(() => of().taken.length === before + 2);
    const { notificationId } = show.souk;
    expect(shown(before + 1)).toMatchObject({
      ...{ token, isAlert: false, same: show.same },
      souk: { type: 'WITHDRAW', notificationId },
    });
  },
);

test.each(PLATFORMS)('an app that %s no longer knows is forgotten', async (platform) => {
  const who = `removed-${platform}`;
  APPS[platform].service().answers.push(APPS[platform].gone);
  await anAppOf(platform, who);
  await until(async () => (await pushOf(who))?.status === 'FAILED');
  expect(await pushOf(who)).toMatchObject({ reason: 'DEVICE_GONE' });
  expect(await devicesOf(who)).toEqual([]);
});

/** Waits until something was tried in vain so often, and stays to be tried. */
const triedInVain = async (who: string, times: number) => {
  const tried = async () => {
    const [row] = await sql<{ attempts: number; claimed_until: Date | null }>(
      graph,
      'SELECT attempts, claimed_until FROM push_message WHERE user_id = $1',
      [as(who).userId],
    );
    return row?.claimed_until === null ? row.attempts : 0;
  };
  for (let attempts = 1; attempts <= times; attempts += 1) {
    await until(async () => (await tried()) === attempts);
    expect(await pushOf(who)).toMatchObject({ status: 'PENDING' });
    pass(60);
  }
};

test.each(PLATFORMS)(
  '%s that is busy, and then knows our token no more, gets it later, once',
  async (platform) => {
    const who = `later-${platform}`;
    const { service: of, busy, expired } = APPS[platform];
    const before = of().taken.length;
    of().answers.push(busy, expired);
    await anAppOf(platform, who);
    await triedInVain(who, 2);
    await until(async () => (await pushOf(who))?.status === 'SENT');
    expect(of().taken).toHaveLength(before + 1);
  },
);

test.each(PLATFORMS)('an error of %s about our account forgets no device', async (platform) => {
  const who = `ours-${platform}`;
  const { service: of, ours } = APPS[platform];
  of().answers.push(...ours);
  await anAppOf(platform, who);
  await triedInVain(who, 2);
  await until(async () => (await pushOf(who))?.status === 'SENT');
  expect(await devicesOf(who)).toHaveLength(1);
});

test.each(PLATFORMS)(
  'a push that %s refuses for good is not retried, and the device stays',
  async (platform) => {
    const who = `refused-${platform}`;
    APPS[platform].service().answers.push(APPS[platform].refused);
    await anAppOf(platform, who);
    await until(async () => (await pushOf(who))?.status === 'FAILED');
    expect(await pushOf(who)).toMatchObject({ reason: 'PROVIDER_REFUSED' });
    expect(await devicesOf(who)).toHaveLength(1);
  },
);

test('our tokens for the services of apps are used while they last, and no longer', async () => {
  const made = fcm.tokens();
  const before = apns.taken.length;
  await anAppOf('FCM', 'first-FCM');
  await anAppOf('APNS', 'first-APNS');
  await until(async () => (await pushOf('first-APNS'))?.status === 'SENT');
  await until(async () => (await pushOf('first-FCM'))?.status === 'SENT');
  expect(fcm.tokens()).toBe(made);
  pass(3_600);
  await anAppOf('FCM', 'second-FCM');
  await anAppOf('APNS', 'second-APNS');
  await until(async () => (await pushOf('second-APNS'))?.status === 'SENT');
  await until(async () => (await pushOf('second-FCM'))?.status === 'SENT');
  expect(fcm.tokens()).toBe(made + 1);
  const used = apns.taken.slice(before).map(({ headers }) => headers.authorization);
  expect(new Set(used).size).toBe(2);
});

test('an app has a token of its platform, and no keys', async () => {
  const key = service.subscribe('app').auth;
  for (const platform of PLATFORMS) {
    const { errors } = await register(as('faker'), { platform, token: '?', auth: key });
    expect(errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
      'input.auth',
      'input.token',
    ]);
  }
});

const asked = async (mutation: string, who: string, variables: object = {}) => {
  const { data, errors } = await graph.execute(mutation, { ...variables }, as(who));
  expect(errors).toBeUndefined();
  const [answer] = Object.values(data) as [
    { viewer: { smsNumber: unknown } | null; errors: unknown[] },
  ];
  return answer;
};
const SHOWN = `viewer { smsNumber { number pendingNumber refused } }
  errors { ... on UserError { code path } }`;
const setNumber = (who: string, number: string) =>
  asked(`mutation ($number: String!) { setSmsNumber(number: $number) { ${SHOWN} } }`, who, {
    number,
  });
const giveCode = (who: string, code: string) =>
  asked(`mutation ($code: String!) { confirmSmsNumber(code: $code) { ${SHOWN} } }`, who, { code });
const textsTo = (number: string) => twilio.taken.filter(({ to }) => to === number);
const codeSentTo = (number: string) =>
  until(() => /^(\d{6}) /.exec(textsTo(number).at(-1)?.text ?? '')?.[1]);
const smsOf = async (who: string) => {
  const [entry] = (await others.inbox(who)).notifications.edges;
  return entry?.node.deliveries.find(({ channel }: { channel: string }) => channel === 'SMS');
};
const numbers = { nth: 0 };
/** Somebody with a confirmed number, who wants to hear of their orders there. */
const aPhoneOf = async (who: string) => {
  numbers.nth += 1;
  const number = `+4670${numbers.nth}234567`;
  expect((await setNumber(who, number)).errors).toEqual([]);
  expect((await giveCode(who, await codeSentTo(number))).errors).toEqual([]);
  const { errors } = await asked(
    `mutation ($input: NotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
       viewer { smsNumber { number } } errors { ... on UserError { code } } } }`,
    who,
    { input: { rules: [{ kind: 'ORDER_STATUS', channel: 'SMS', enabled: true }] } },
  );
  expect(errors).toEqual([]);
  return number;
};
const anOrderOf = async (who: string) => {
  await others.orderStep(who, 'PAID');
  await others.idle();
  pass(DELAY_SECONDS);
};
const smsSettled = (who: string) =>
  until(async () => {
    const sms = await smsOf(who);
    return sms && sms.status !== 'PENDING' ? sms : null;
  });

test('a number is somebody’s once they have given the code that was sent to it', async () => {
  const number = '+46709999999';
  expect((await setNumber('sue', '030 123')).errors).toMatchObject([{ path: ['number'] }]);
  const set = await setNumber('sue', '+46 70-999 99 99');
  expect(set).toMatchObject({
    viewer: { smsNumber: { number: null, pendingNumber: number } },
    errors: [],
  });
  const code = await codeSentTo(number);
  const wrong = code === '000000' ? '000001' : '000000';
  expect((await giveCode('sue', wrong)).errors).toEqual([
    { code: 'BAD_USER_INPUT', path: ['code'] },
  ]);
  expect((await giveCode('sue', 'éééééé')).errors).toHaveLength(1);
  const confirmed = await giveCode('sue', `${code.slice(0, 3)} ${code.slice(3)}`);
  expect(confirmed.viewer).toEqual({ smsNumber: { number, pendingNumber: null, refused: null } });
  // Nobody who asks again has the code of before, nor its number forgotten until another is confirmed.
  expect((await giveCode('sue', code)).errors).toHaveLength(1);
  const removed = () => asked(`mutation { removeSmsNumber { ${SHOWN} } }`, 'sue');
  expect(await removed()).toMatchObject({ viewer: { smsNumber: null }, errors: [] });
  expect((await removed()).errors).toEqual([{ code: 'SMS_NUMBER_NOT_FOUND', path: null }]);
});

test('after five wrong codes the right one is refused, and the number of codes is limited', async () => {
  const number = '+46708888888';
  await setNumber('tom', number);
  const code = await codeSentTo(number);
  const wrong = code === '000000' ? '000001' : '000000';
  for (let tries = 0; tries < 5; tries += 1) await giveCode('tom', wrong);
  expect((await giveCode('tom', code)).errors).toHaveLength(1);
  for (const who of ['una', 'vic']) expect((await setNumber(who, number)).errors).toEqual([]);
  expect((await setNumber('wes', number)).errors).toMatchObject([{ code: 'RATE_LIMITED' }]);
});

test('a text message is sent once, to people who enabled it, for kinds that allow it', async () => {
  await anOrderOf('silent');
  expect(await smsOf('silent')).toBeUndefined();
  const number = await aPhoneOf('rings');
  twilio.answers.push([429], [401, 20003]);
  await anOrderOf('rings');
  for (const attempts of [1, 2]) {
    await until(async () => {
      const [row] = await sql<{ attempts: number; claimed_until: Date | null }>(
        graph,
        `SELECT attempts, claimed_until FROM sms_message
         WHERE user_id = $1 AND notification_id IS NOT NULL`,
        [as('rings').userId],
      );
      return row?.attempts === attempts && row.claimed_until === null;
    });
    pass(30);
  }
  expect(await smsSettled('rings')).toMatchObject({ status: 'SENT', reason: null });
  expect(textsTo(number).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^\d{6} is your code/),
    'Order S-1001 is paid: Your payment has arrived.',
  ]);
});

test.each([
  ['whose taking nobody heard of', 'LOSE_ANSWER', 1],
  ['that the service broke over', [500], 0],
] as const)('a text message %s is not sent again', async (_, answer, taken) => {
  const who = `lost${taken}`;
  const number = await aPhoneOf(who);
  twilio.answers.push(answer === 'LOSE_ANSWER' ? answer : [...answer]);
  await anOrderOf(who);
  expect(await smsSettled(who)).toMatchObject({ status: 'FAILED', reason: 'PROVIDER_REFUSED' });
  pass(3_600);
  await anOrderOf(who);
  expect(await smsSettled(who)).toMatchObject({ status: 'SENT' });
  expect(textsTo(number)).toHaveLength(2 + taken);
});

test('a push that its sender died with is not sent again', async () => {
  const number = await aPhoneOf('orphan');
  await others.orderStep('orphan', 'PAID');
  await others.idle();
  await sql(graph, 'UPDATE sms_message SET claimed_until = $2 WHERE user_id = $1', [
    as('orphan').userId,
    new Date(now.getTime() - 1),
  ]);
  pass(DELAY_SECONDS);
  expect(await smsSettled('orphan')).toMatchObject({ status: 'FAILED' });
  expect(textsTo(number)).toHaveLength(1);
});

test.each([
  [21610, 'COMPLAINED'],
  [21614, 'BOUNCED'],
])('a number that answers %s gets nothing more, and its owner sees why', async (code, reason) => {
  const who = `stop${code}`;
  const number = await aPhoneOf(who);
  twilio.answers.push([400, code]);
  await anOrderOf(who);
  expect(await smsSettled(who)).toMatchObject({ status: 'FAILED', reason: 'PROVIDER_REFUSED' });
  await anOrderOf(who);
  expect(await smsSettled(who)).toMatchObject({ status: 'SUPPRESSED', reason });
  const { data } = await graph.execute('{ viewer { smsNumber { number refused } } }', {}, as(who));
  expect(data.viewer.smsNumber).toEqual({ number, refused: reason });
});

test('a person gets at most the allowed number of text messages a day', async () => {
  await aPhoneOf('busy-buyer');
  const at = new Date(now.getTime() - 1_000);
  await sql(
    graph,
    `INSERT INTO sms_message (id, user_id, notification_id, status, created_at, due_at, sent_at)
     SELECT 'sms_' || nth, $1, 'ntf_' || nth, 'SENT', $2, $2, $2 FROM generate_series(1, 20) AS nth`,
    [as('busy-buyer').userId, at],
  );
  await anOrderOf('busy-buyer');
  expect(await smsSettled('busy-buyer')).toMatchObject({ reason: 'RATE_LIMITED' });
  pass(24 * 3_600);
  await anOrderOf('busy-buyer');
  expect(await smsSettled('busy-buyer')).toMatchObject({ status: 'SENT' });
});
