import { connectRedisBackplane } from '@souk/runtime/backplane-kinds';
import { startOwnRedis, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sequencesOf, startChat, type TestChat } from './chat.ts';

const redis = await startOwnRedis();

// The rules are in docs/operations.md, “While Redis is away”.
describe.skipIf(!redis)('while Redis is away', () => {
  let chat: TestChat;
  let roomId: string;
  const backplane = redis && connectRedisBackplane({ url: redis.url });

  beforeAll(async () => {
    const connected = await backplane;
    if (!redis || !connected) throw new Error('There is no Redis.');
    chat = await startChat({ backplane: connected });
    roomId = await chat.openDirect('ada', 'bo');
    await redis.stop();
    await until(() =>
      connected.ping().then(
        () => false,
        () => true,
      ),
    );
  });
  afterAll(async () => {
    await chat?.[Symbol.asyncDispose]();
    await (await backplane)?.close();
  });

  test('a message is accepted and reaches its subscribers', async () => {
    await using stream = await chat.follow('bo', roomId);
    await chat.send('ada', roomId, 'one');
    await until(() => sequencesOf(stream.items).length === 1);
  });

  test('typing is accepted, but not delivered', async () => {
    const type =
      'mutation ($roomId: ID!) { setTyping(roomId: $roomId, on: true) { repeatWithinSeconds } }';
    expect(await chat.ask(type, { roomId }, 'ada')).toEqual({
      setTyping: { repeatWithinSeconds: 4 },
    });
  });

  test('a heartbeat and a changed presence are accepted, and the change is kept', async () => {
    await chat.ask('mutation { reportActivity(active: true) { repeatWithinSeconds } }', {}, 'ada');
    const set = `mutation ($input: PresenceInput!) { setPresence(input: $input) {
      viewer { presence { invisible } } errors { __typename } } }`;
    const { setPresence } = await chat.ask(set, { input: { invisible: true } }, 'ada');
    expect(setPresence.viewer.presence).toEqual({ invisible: true });
  });

  test('everybody looks offline, and every query is answered', async () => {
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on User { presence { status } } } }`;
    const representations = [{ __typename: 'User', id: userIdOf('bo') }];
    const { _entities } = await chat.ask(query, { representations }, 'ada');
    expect(_entities).toEqual([{ presence: { status: 'OFFLINE' } }]);
  });
});
