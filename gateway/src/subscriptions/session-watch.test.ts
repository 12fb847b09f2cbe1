import { silentLogger, typeTopic } from '@souk/runtime';
import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { inProcessBackplane } from '../../test/support/in-process-backplane.ts';
import { createSessionWatch } from './session-watch.ts';

const TOPIC = typeTopic('users.SessionRevoked');
const revocation = (sessionId: string) => ({
  sequence: 1,
  event: {
    type: 'users.SessionRevoked',
    payload: { userId: 'usr_1', sessionId, reason: 'LOGGED_OUT' },
    occurredAt: new Date().toISOString(),
  },
});

function opened(sessionId: string) {
  const open = { sessionId, place: -1, isRevoked: false, revoked: () => {} };
  open.revoked = () => {
    open.isRevoked = true;
  };
  return open;
}

test('all that is open in a revoked session hears of it, and nothing else', async () => {
  const { pubsub } = inProcessBackplane();
  const sessions = createSessionWatch({ pubsub, logger: silentLogger });
  const [socket, stream, left, other] = [opened('a'), opened('a'), opened('a'), opened('b')];
  for (const open of [socket, stream, left, other]) await sessions.watch(open);
  sessions.unwatch(left);
  await pubsub.publish(TOPIC, revocation('a'));
  await until(() => socket.isRevoked && stream.isRevoked);
  expect([left.isRevoked, other.isRevoked]).toEqual([false, false]);
  await sessions.close();
});

test('who came while nobody could listen hears as soon as somebody can', async () => {
  const { pubsub } = inProcessBackplane();
  let refusals = 2;
  const away: typeof pubsub = {
    ...pubsub,
    subscribe: async (...given) => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('Redis is away');
      return pubsub.subscribe(...given);
    },
  };
  const sessions = createSessionWatch({ pubsub: away, logger: silentLogger });
  const open = opened('a');
  await sessions.watch(open);
  await until(() => refusals < 0, { within: 5_000 });
  await pubsub.publish(TOPIC, revocation('a'));
  await until(() => open.isRevoked);
  await sessions.close();
});
