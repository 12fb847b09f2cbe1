import { typeTopic } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { hearOfEndedSessionsOnly } from '../../test/mutants/hear-of-ended-sessions-only.ts';
import { inProcessBackplane } from '../../test/support/in-process-backplane.ts';
import { createSessionWatch } from './session-watch.ts';

const TOPIC = typeTopic('users.SessionRevoked');
const revocation = (sessionId: string) => ({
  sequence: 1,
  event: {
    type: 'users.SessionRevoked',
    version: 1,
    payload: { userId: 'usr_1', sessionId, reason: 'LOGGED_OUT' },
    occurredAt: new Date().toISOString(),
  },
});

const nothingEnded = { endedAmong: async () => new Set<string>() };

function opened(sessionId: string) {
  const open = { sessionId, index: -1, isRevoked: false, revoked: () => {} };
  open.revoked = () => {
    open.isRevoked = true;
  };
  return open;
}

test('a session that ended while its stream was let in is heard of as soon as it is watched', async () => {
  const { pubsub } = inProcessBackplane();
  const sessions = createSessionWatch({ pubsub, states: nothingEnded, logger: silentLogger });
  const [other, first, late] = [opened('b'), opened('a'), opened('a')];
  await sessions.watch(other);
  await sessions.watch(first);
  await pubsub.publish(TOPIC, revocation('a'));
  await until(() => first.isRevoked);
  await sessions.watch(late);
  expect([late.isRevoked, other.isRevoked]).toEqual([true, false]);
  await sessions.close();
});

test('everything open in a revoked session ends, and nothing else', async () => {
  const { pubsub } = inProcessBackplane();
  const sessions = createSessionWatch({ pubsub, states: nothingEnded, logger: silentLogger });
  const [socket, stream, left, other] = [opened('a'), opened('a'), opened('a'), opened('b')];
  for (const open of [socket, stream, left, other]) await sessions.watch(open);
  sessions.unwatch(left);
  await pubsub.publish(TOPIC, revocation('a'));
  await until(() => socket.isRevoked && stream.isRevoked);
  expect([left.isRevoked, other.isRevoked]).toEqual([false, false]);
  await sessions.close();
});

test('a connection from while pub/sub was away learns of revocations when it is back', async () => {
  const { pubsub } = inProcessBackplane();
  let isAway = true;
  const heard = new Set<string>();
  const away: typeof pubsub = {
    ...pubsub,
    subscribe: async (topic, ...given) => {
      if (isAway) throw new Error('Redis is away');
      const unsubscribe = await pubsub.subscribe(topic, ...given);
      heard.add(topic);
      return unsubscribe;
    },
  };
  const sessions = createSessionWatch({
    pubsub: away,
    states: nothingEnded,
    logger: silentLogger,
  });
  const open = opened('a');
  await sessions.watch(open);
  isAway = false;
  await until(() => heard.has(TOPIC));
  await pubsub.publish(TOPIC, revocation('a'));
  await until(() => open.isRevoked);
  await sessions.close();
});

/** The rows of sessions: those of `ended` are. */
const rowsOf = (ended: ReadonlySet<string>) => {
  const asked: string[][] = [];
  const endedAmong = async (ids: readonly string[]) => {
    asked.push([...ids].sort());
    return new Set(ids.filter((id) => ended.has(id)));
  };
  return { asked, endedAmong };
};

/** Sockets of two sessions, one of which was revoked while pub/sub was away; now it is back. */
async function afterAnOutage(create: typeof createSessionWatch) {
  const { pubsub } = inProcessBackplane();
  let resubscribed = () => {};
  const lossy: typeof pubsub = {
    ...pubsub,
    onResubscribed: (listener) => {
      resubscribed = listener;
      return () => {};
    },
  };
  const states = rowsOf(new Set(['a']));
  const sessions = create({ pubsub: lossy, states, logger: silentLogger });
  onTestFinished(() => sessions.close());
  const [socket, stream, other, later] = [opened('a'), opened('a'), opened('b'), opened('c')];
  const nobody = { ...opened(''), sessionId: null };
  for (const open of [socket, stream, other, later, nobody]) await sessions.watch(open);
  expect(states.asked).toEqual([]);
  resubscribed();
  // Pub/sub works again, and has nothing more to say about what it lost.
  await pubsub.publish(TOPIC, revocation('c'));
  await until(() => later.isRevoked);
  return { socket, stream, other, nobody, states };
}

test('sessions revoked while pub/sub was away are found by their rows when it is back', async () => {
  const { socket, stream, other, nobody, states } = await afterAnOutage(createSessionWatch);
  await until(() => socket.isRevoked && stream.isRevoked);
  expect([other.isRevoked, nobody.isRevoked]).toEqual([false, false]);
  // All of them in one question.
  expect(states.asked).toEqual([['a', 'b', 'c']]);
});

test('which a watch that only listens leaves open (mutant)', async () => {
  const { socket, stream } = await afterAnOutage(hearOfEndedSessionsOnly);
  expect([socket.isRevoked, stream.isRevoked]).toEqual([false, false]);
});

test('rows are looked at now and then even if nothing seems to be wrong', async () => {
  const { pubsub } = inProcessBackplane();
  const states = rowsOf(new Set(['a']));
  const sessions = createSessionWatch({ pubsub, states, logger: silentLogger, lookMs: 10 });
  const open = opened('a');
  await sessions.watch(open);
  await until(() => open.isRevoked);
  await sessions.close();
});
