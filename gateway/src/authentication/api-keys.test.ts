import type { Viewer } from '@souk/runtime/domain';
import { type EventName, typeTopic } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { inProcessBackplane } from '../../test/support/in-process-backplane.ts';
import { ClientConnection } from '../clients/websocket/client-connection.ts';
import { createSessionWatch } from '../subscriptions/session-watch.ts';
import { orApiKeys } from './api-keys.ts';
import type { VerifiedViewer } from './viewer.ts';

const SECRET = `souk_${'k'.repeat(43)}`;

const holderWith = (given: Partial<Viewer>): VerifiedViewer => ({
  viewer: { userId: 'usr_1', sessionId: 'key_1', roles: ['CUSTOMER'], apiKeyScopes: [], ...given },
  expiresAt: new Date(Date.now() + 86_400_000),
});

test.each<[string, VerifiedViewer | null]>([
  ['is suspended', holderWith({ suspended: true })],
  ['has another role', holderWith({ roles: ['CUSTOMER', 'SELLER'] })],
  ['has ended', null],
])(
  'on a socket that a key opened nothing is done any more once its holder %s',
  async (_, later) => {
    let holder: VerifiedViewer | null = holderWith({});
    const verify = orApiKeys(
      () => Promise.reject(new Error('no access token')),
      async () => holder,
    );
    const states = { assertOpen: async () => undefined };
    const connection = new ClientConnection({ states, sessions: null, presence: null } as never, {
      close: () => {},
    });
    await connection.signIn(await verify(SECRET));
    await connection.assertSignedIn(true);
    holder = later;
    await until(async () =>
      connection.assertSignedIn(true).then(
        () => false,
        ({ message }) => message === 'the key gives other rights by now, or none',
      ),
    );
  },
);

const decision = (type: EventName, userId: string, more: object = {}) => ({
  sequence: 1,
  event: {
    ...{ type, version: 1, occurredAt: new Date().toISOString() },
    payload: { userId, ...more },
  },
});
const DECISIONS: [string, EventName, object, VerifiedViewer | null][] = [
  [
    'is suspended',
    'users.UserSuspended',
    { reason: 'Spam', until: null, suspendedById: 'usr_9' },
    holderWith({ suspended: true }),
  ],
  ['has another role', 'users.RolesChanged', { roles: ['CUSTOMER'] }, holderWith({ roles: [] })],
  [
    'has revoked it',
    'users.SecurityChanged',
    { change: 'API_KEY_REVOKED', email: 'ada@example.com' },
    null,
  ],
  ['is gone', 'users.UserErased', {}, null],
];

/** Two sockets that keys of two people opened, and what is known of the first one's. */
async function openedByKeys({ lookMs = 600_000 } = {}) {
  const { pubsub } = inProcessBackplane();
  const states = { assertOpen: async () => undefined, endedAmong: async () => new Set<string>() };
  const sessions = createSessionWatch({ pubsub, states, logger: silentLogger, lookMs });
  const known = { holder: holderWith({}) as VerifiedViewer | null, isAway: false, asked: 0 };
  const opened = async (userId: string, ask: () => Promise<VerifiedViewer | null>) => {
    const verify = orApiKeys(() => Promise.reject(new Error('no access token')), ask);
    const closed: number[] = [];
    const close = (code?: number) => void closed.push(code ?? 0);
    const deps = { states, sessions, presence: null } as never;
    await new ClientConnection(deps, { close }).signIn(await verify(SECRET));
    return { userId, closed };
  };
  const first = await opened('usr_1', async () => {
    known.asked += 1;
    if (known.isAway) throw new Error('nobody answers');
    return known.holder;
  });
  const other = await opened('usr_2', async () => holderWith({ userId: 'usr_2' }));
  return { pubsub, sessions, known, first, other };
}

test.each(DECISIONS)(
  'a socket that a key opened is closed as soon as it is heard that its holder %s',
  async (_, type, more, later) => {
    const { pubsub, sessions, known, first, other } = await openedByKeys();
    // The key was asked about a moment ago: what is remembered of that is older than the news.
    known.holder = later;
    await pubsub.publish(typeTopic(type), decision(type, 'usr_1', more));
    await until(() => first.closed.length > 0);
    expect([first.closed, other.closed]).toEqual([[4403], []]);
    await sessions.close();
  },
);

test("a key's socket stays open while the key keeps its scopes", async () => {
  const { pubsub, sessions, known, first } = await openedByKeys();
  const [, type, more] = DECISIONS[1] as (typeof DECISIONS)[number];
  const before = known.asked;
  await pubsub.publish(typeTopic(type), decision(type, 'usr_1', more));
  await until(() => known.asked > before);
  expect(first.closed).toEqual([]);
  // Later events are handled after it.
  known.holder = null;
  await pubsub.publish(typeTopic(type), decision(type, 'usr_1', more));
  await until(() => first.closed.length > 0);
  await sessions.close();
});

test("while a key's scopes cannot be read, they are asked for again until they can", async () => {
  const { pubsub, sessions, known, first } = await openedByKeys({ lookMs: 10 });
  const [, type, more] = DECISIONS[1] as (typeof DECISIONS)[number];
  const before = known.asked;
  known.isAway = true;
  await pubsub.publish(typeTopic(type), decision(type, 'usr_1', more));
  await until(() => known.asked > before + 1);
  expect(first.closed).toEqual([]);
  known.holder = null;
  known.isAway = false;
  await until(() => first.closed.length > 0);
  await sessions.close();
});
