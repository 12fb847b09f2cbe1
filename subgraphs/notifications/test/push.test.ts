import { createActivityRecord } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql, startSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNotificationsSubgraph } from '../src/index.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { startPushService } from './push-service.ts';

const DELAY_SECONDS = 1;
/** Stands still unless a test moves it. */
let now = new Date();
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
};
const WITHIN = { within: 20_000 };
let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
let service: Awaited<ReturnType<typeof startPushService>>;
beforeAll(async () => {
  service = await startPushService();
  graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: {
      mailFrom: 'Souk <hello@souk.test>',
      missedMailDelaySeconds: DELAY_SECONDS,
      allowPrivateAddresses: true,
    },
    clock: () => now,
    worker: true,
  });
  others = otherSubgraphsOf(graph);
  await others.register('ada', 'Ada Lovelace');
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await service.close();
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

test('a message is shown on every device when nobody looked, readable to its browser alone', async () => {
  const room = await aRoomWith('bo', ['phone', 'desk']);
  await others.post(room, 'ada', 'One');
  await others.post(room, 'ada', 'Two');
  await others.idle();
  expect(await pushOf('bo')).toMatchObject({ status: 'PENDING', reason: null });
  pass(DELAY_SECONDS);
  for (const name of ['phone', 'desk']) {
    await until(() => service.at(name).length === 1, WITHIN);
    expect(service.at(name)[0]?.content).toMatchObject({
      ...{ type: 'SHOW', kind: 'MESSAGE', title: 'Ada Lovelace in #tea', body: 'Two', count: 2 },
    });
  }
  const data = await graph.ask('{ webPushPublicKey }');
  expect(service.at('phone')[0]?.authorization).toContain(`k=${data.webPushPublicKey}`);
  await until(async () => (await pushOf('bo'))?.status === 'SENT', WITHIN);
  // Read on one device, it vanishes from all.
  await others.read(room, 'bo');
  await others.idle();
  pass(DELAY_SECONDS);
  for (const name of ['phone', 'desk']) {
    await until(() => service.at(name).length === 2, WITHIN);
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

test('who is there is shown nothing; what was read meanwhile is shown nowhere', async () => {
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
  await until(async () => (await waiting())?.last_error === 'ATTENTIVE', WITHIN);
  expect(await waiting()).toEqual({ attempts: 0, last_error: 'ATTENTIVE' });
  await others.read(room, 'busy');
  await others.idle();
  pass(180);
  await until(async () => (await pushOf('busy'))?.status === 'SUPPRESSED', WITHIN);
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
    await until(async () => (await pushOf(who))?.status === 'FAILED', WITHIN);
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
    await until(async () => (await pushOf(who))?.status === 'FAILED', WITHIN);
    expect(await pushOf(who)).toMatchObject({ reason: 'PROVIDER_REFUSED' });
    await others.read(room, who);
    await others.idle();
  };
  await isRefused('One');
  expect(await devicesOf(who)).toHaveLength(1);
  pass(8 * 24 * 3_600);
  await isRefused('Two');
  await until(async () => (await devicesOf(who)).length === 0, WITHIN);
});

test('what cannot be encrypted for a device is given up at once', async () => {
  const who = 'off-the-curve';
  const room = await aRoomWith(who, [who]);
  await sql(graph, 'UPDATE device SET p256dh = $2 WHERE user_id = $1', [as(who).userId, NO_POINT]);
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  pass(DELAY_SECONDS);
  await until(async () => (await pushOf(who))?.status === 'FAILED', WITHIN);
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
      await sql<{ attempts: number; status: string }>(
        graph,
        'SELECT attempts, status FROM push_message WHERE user_id = $1',
        [as(who).userId],
      )
    )[0];
  for (const attempts of [1, 2]) {
    await until(async () => (await tried())?.attempts === attempts, WITHIN);
    expect(await tried()).toMatchObject({ status: 'PENDING' });
    pass(60);
  }
  await until(async () => (await tried())?.status === 'SENT', WITHIN);
  expect(service.at(who)).toHaveLength(1);
});

test('a device ends with its session, and goes to whoever registers it last', async () => {
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

test('what is no subscription is refused, each mistake where it stands', async () => {
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
