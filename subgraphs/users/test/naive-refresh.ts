import { createSignedLinks, newId, serviceUnavailable } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { createInfrastructure } from '@souk/runtime/subgraph';
import { testBackplane } from '@souk/testkit';
import { createAccessTokenSigner } from '../src/credentials/access-tokens.ts';
import { createAccountSecrets } from '../src/credentials/account-secrets.ts';
import { createDeviceTokens } from '../src/credentials/device-tokens.ts';
import { createIdentityProviders } from '../src/credentials/identity-providers.ts';
import { createPasskeys } from '../src/credentials/passkeys.ts';
import { createPasswordStrength } from '../src/credentials/password-strength.ts';
import { createPasswords } from '../src/credentials/passwords.ts';
import { createInspections } from '../src/media/inspections.ts';
import { createMediaLinks } from '../src/media/media-links.ts';
import { openFileStore } from '../src/media/open-file-store.ts';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import { refreshSession } from '../src/use-cases/refresh-session.ts';
import type { StartedUsers } from './accounts.ts';

/** The mutant: reads the token without locking it. */
const storesWithoutLocks = (db: Parameters<typeof storesOn>[0]): Stores => {
  const stores = storesOn(db);
  return replaceStores(stores, {
    sessions: {
      ...stores.sessions,
      lockRefreshToken: async (digest) => {
        const row = await db.refreshToken.findUnique({
          where: { digest },
          include: { session: true },
        });
        return row && { token: row, session: row.session };
      },
    },
  });
};

/** Refreshing on the graph's own database, without the lock. */
export async function startNaiveRefresh({ databaseUrl, config }: StartedUsers) {
  const backplane = await testBackplane();
  const clock = () => new Date();
  const infrastructure = createInfrastructure({
    name: 'users',
    client: createClient(databaseUrl),
    storesOn: storesWithoutLocks,
    consumers: [],
    deps: {
      ...{ config, databaseUrl, backplane, clock, newId, logger: silentLogger },
      cursorSecret: 'a secret for tests, long enough for anyone',
    },
  });
  const deps = {
    transaction: infrastructure.transaction,
    reads: infrastructure.reads,
    passwords: createPasswords(),
    passwordStrength: createPasswordStrength(),
    deviceTokens: createDeviceTokens(config),
    signAccessToken: await createAccessTokenSigner(config),
    accountSecrets: createAccountSecrets(config),
    identityProviders: createIdentityProviders(config.identityProviders ?? []),
    passkeys: createPasskeys(config),
    sealValue: infrastructure.sealValue,
    rateLimit: backplane.rateLimit,
    endedSessions: {
      add: async () => {},
      stateOf: async () => 'open' as const,
      generation: async () => undefined,
      begin: async () => {},
      isComplete: async () => {},
    },
    files: openFileStore(config),
    mediaLinks: createMediaLinks(
      createSignedLinks(infrastructure.cursors, () => 'http://localhost'),
    ),
    inspect: createInspections(serviceUnavailable),
    clock,
    newId,
    logger: silentLogger,
  };
  return {
    refresh: (token: string) =>
      refreshSession(deps, { refreshToken: token }, { ip: null, userAgent: null }),
    [Symbol.asyncDispose]: async () => {
      await infrastructure.close();
      await backplane.close();
    },
  };
}
