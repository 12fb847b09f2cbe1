import { createConnectionPresence } from '@souk/runtime/backplane';
import { newId } from '@souk/runtime/domain';
import { as, type Collected, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, FAILURES, startChat, type TestChat } from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo', 'cy', 'eve'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

const PRESENCE = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on User { presence { status lastActiveAt statusText statusEmoji } } } }`;
const presenceOf = async (name: string, viewer: string | null = 'eve') => {
  const representations = [{ __typename: 'User', id: userIdOf(name) }];
  return (await chat.ask(PRESENCE, { representations }, viewer))._entities[0].presence;
};
const CHANGES = `subscription ($userIds: [ID!]!) { presence(userIds: $userIds) {
  userId user { id } presence { status lastActiveAt statusText } } }`;
const watch = (...names: string[]) =>
  chat.subscribe(CHANGES, { userIds: names.map(userIdOf) }, as('eve'));
// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an event is its own affair.
const statusesOf = (stream: Collected<any>, name: string): string[] =>
  stream.items
    .map(({ data }) => data.presence)
    .filter(({ userId }) => userId === userIdOf(name))
    .map(({ presence }) => presence.status);
const HEARTBEAT = `mutation ($active: Boolean!) {
  reportActivity(active: $active) { repeatWithinSeconds } }`;
const SET = `mutation ($input: PresenceInput!) { setPresence(input: $input) { viewer { id
  presence { status invisible shareLastActive sendReadReceipts sendTyping } } ${FAILURES} } }`;
const set = async (who: string, input: Record<string, unknown>) =>
  (await chat.ask(SET, { input }, who)).setPresence.viewer.presence;

test('somebody is online while any of their connections is open', async () => {
  const connections = createConnectionPresence(chat.backplane);
  const bo = userIdOf('bo');
  await using stream = await watch('ada', 'bo');
  await stream.atLeast(2);
  expect(statusesOf(stream, 'ada')).toEqual(['OFFLINE']);
  expect(statusesOf(stream, 'bo')).toEqual(['OFFLINE']);
  await connections.connected(bo, 'tab-1');
  await connections.connected(bo, 'tab-2');
  await until(() => statusesOf(stream, 'bo').at(-1) === 'ONLINE');
  await connections.disconnected(bo, 'tab-1');
  expect(await presenceOf('bo')).toMatchObject({ status: 'ONLINE' });
  await connections.disconnected(bo, 'tab-2');
  await until(() => statusesOf(stream, 'bo').at(-1) === 'OFFLINE');
  expect(statusesOf(stream, 'bo')).toEqual(['OFFLINE', 'ONLINE', 'OFFLINE']);
  expect(statusesOf(stream, 'ada')).toEqual(['OFFLINE']);
});

test("a crashed process's people go offline by themselves, announced by the worker", async () => {
  await using stream = await watch('cy');
  const lease = { userId: userIdOf('cy'), connectionId: 'crashed' };
  await chat.backplane.presence.renew(lease, 3);
  await chat.backplane.pubsub.publish(`presence:${userIdOf('cy')}`, {});
  await until(() => statusesOf(stream, 'cy').at(-1) === 'ONLINE');
  await until(() => statusesOf(stream, 'cy').at(-1) === 'OFFLINE');
});

test('a heartbeat keeps somebody without a socket connected, and shows when they were active', async () => {
  const before = Date.now();
  await chat.ask(HEARTBEAT, { active: true }, 'ada');
  const { status, lastActiveAt } = await presenceOf('ada');
  expect(status).toBe('ONLINE');
  expect(Date.parse(lastActiveAt)).toBeGreaterThan(before - 10_000);
});

test('five minutes without activity is idle, and activity ends it', async () => {
  const connections = createConnectionPresence(chat.backplane);
  const userId = userIdOf('bo');
  const longAgo = new Date(Date.now() - 6 * 60_000);
  await connections.connected(userId, 'idle', longAgo);
  await using stream = await watch('bo');
  await until(() => statusesOf(stream, 'bo').at(-1) === 'IDLE');
  await chat.ask(HEARTBEAT, { active: true }, 'bo');
  await until(() => statusesOf(stream, 'bo').at(-1) === 'ONLINE');
  await connections.disconnected(userId, 'idle');
});

test('going idle is announced when it happens, without any action', async () => {
  const connections = createConnectionPresence(chat.backplane);
  const userId = userIdOf('cy');
  await connections.connected(userId, 'soon', new Date(Date.now() - 5 * 60_000 + 3_000));
  await using stream = await watch('cy');
  await until(() => statusesOf(stream, 'cy').at(-1) === 'ONLINE');
  await until(() => statusesOf(stream, 'cy').at(-1) === 'IDLE');
  await connections.disconnected(userId, 'soon');
});

test('invisible people look offline in every way, and see their own real state', async () => {
  await chat.ask(HEARTBEAT, { active: true }, 'ada');
  await using stream = await watch('ada');
  await until(() => statusesOf(stream, 'ada').at(-1) === 'ONLINE');
  expect(await set('ada', { invisible: true })).toMatchObject({
    status: 'ONLINE',
    invisible: true,
  });
  await until(() => statusesOf(stream, 'ada').at(-1) === 'OFFLINE');
  await set('ada', { invisible: false });
  await until(() => statusesOf(stream, 'ada').at(-1) === 'ONLINE');
});

test('last activity is shown only for people who share it', async () => {
  await chat.ask(HEARTBEAT, { active: true }, 'bo');
  await set('bo', { shareLastActive: false });
  expect(await presenceOf('bo')).toMatchObject({ status: 'ONLINE', lastActiveAt: null });
  await set('bo', { shareLastActive: true });
  expect((await presenceOf('bo')).lastActiveAt).not.toBeNull();
});

test('a chosen status holds until its end, then activity decides again', async () => {
  await chat.ask(HEARTBEAT, { active: true }, 'ada');
  await using stream = await watch('ada');
  const statusExpiresAt = new Date(Date.now() + 3_000).toISOString();
  const input = { status: 'DO_NOT_DISTURB', statusText: 'At the wheel', statusExpiresAt };
  await set('ada', { ...input, statusEmoji: '🏺' });
  expect(await presenceOf('ada')).toMatchObject({
    status: 'DO_NOT_DISTURB',
    statusText: 'At the wheel',
    statusEmoji: '🏺',
  });
  await until(() => statusesOf(stream, 'ada').at(-1) === 'DO_NOT_DISTURB');
  await until(() => statusesOf(stream, 'ada').at(-1) === 'ONLINE');
  expect(await presenceOf('ada')).toMatchObject({ statusText: null, statusEmoji: null });
});

test.each([
  ['a long text', { statusText: 'x'.repeat(101) }, 'statusText'],
  ['two emojis', { statusEmoji: '🏺🏺' }, 'statusEmoji'],
  ['a letter for an emoji', { statusEmoji: 'x' }, 'statusEmoji'],
  ['an end in the past', { statusExpiresAt: new Date(0).toISOString() }, 'statusExpiresAt'],
])('a presence with %s is refused', async (_, input, field) => {
  const answer = await chat.execute(SET, { input }, as('ada'));
  expect(answer.data.setPresence.errors).toMatchObject([
    { __typename: 'ValidationError', path: ['input', field] },
  ]);
});

test('a stranger sees no presence', async () => {
  expect(await presenceOf('ada', null)).toBeNull();
});

test('up to 200 existing people can be watched', async () => {
  const crowd = (size: number) => Array.from({ length: size }, () => newId('usr'));
  await using stream = await chat.subscribe(CHANGES, { userIds: crowd(200) }, as('eve'));
  await stream.atLeast(200);
  for (const [userIds, code] of [
    [crowd(201), 'BAD_USER_INPUT'],
    [[], 'BAD_USER_INPUT'],
    [['x'], 'USER_NOT_FOUND'],
  ] as const) {
    await expect(chat.subscribe(CHANGES, { userIds }, as('eve'))).rejects.toThrow(code);
  }
  await expect(chat.subscribe(CHANGES, { userIds: crowd(1) })).rejects.toThrow('UNAUTHENTICATED');
  expect(codesOf(await chat.execute(HEARTBEAT, { active: true }))).toEqual(['UNAUTHENTICATED']);
});

test('attention is decided by activity, and visible only to the person themselves', async () => {
  const OWN =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { presence { attention } } } }';
  const { viewer } = await chat.ask('{ viewer { id } }', {}, 'eve');
  const of = [{ __typename: 'Viewer', id: viewer.id }];
  const looks = async () => (await chat.ask(OWN, { of }, 'eve'))._entities[0].presence.attention;
  await chat.ask(HEARTBEAT, { active: false }, 'eve');
  expect(await looks()).toBe('AWAY');
  await chat.ask(HEARTBEAT, { active: true }, 'eve');
  expect(await looks()).toBe('ATTENTIVE');
});
