import type { Viewer } from '@souk/runtime/domain';
import { until } from '@souk/testkit';
import { test } from 'vitest';
import { ClientConnection } from '../clients/websocket/client-connection.ts';
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
