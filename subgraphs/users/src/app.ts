import { createEndedSessions } from '@souk/runtime/identity';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import type { UsersConfig } from './config.ts';
import { createAccessTokenSigner } from './credentials/access-tokens.ts';
import { createAccountSecrets } from './credentials/account-secrets.ts';
import { createDeviceTokens } from './credentials/device-tokens.ts';
import { createPasskeys } from './credentials/passkeys.ts';
import { createPasswordStrength } from './credentials/password-strength.ts';
import { createPasswords, type Passwords } from './credentials/passwords.ts';
import { forms } from './domain/forms.ts';
import { keepEndedSessionsKnown } from './maintenance/keep-ended-sessions-known.ts';
import { createClient } from './persistence/client.ts';
import { createLoaders } from './persistence/loaders.ts';
import { retention } from './persistence/retention.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import type { UsersDeps } from './use-cases/deps.ts';
import { useCases } from './use-cases/index.ts';

export interface UsersSubgraphDeps extends SubgraphDeps<UsersConfig> {
  /** How passwords are hashed, where tests count that work. */
  passwords?: Passwords;
}

/** Accounts, their sessions, and who may sign in. */
export const users = defineSubgraph({
  name: 'users',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: async (
    { transaction, reads }: Infrastructure<Stores>,
    { config, backplane, clock, newId, logger, passwords }: UsersSubgraphDeps,
  ): Promise<UsersDeps> => ({
    transaction,
    reads,
    passwords: passwords ?? createPasswords(),
    passwordStrength: createPasswordStrength(),
    deviceTokens: await createDeviceTokens(config),
    signAccessToken: await createAccessTokenSigner(config),
    accountSecrets: createAccountSecrets(config),
    passkeys: createPasskeys(config),
    rateLimit: backplane.rateLimit,
    endedSessions: createEndedSessions(backplane.cache),
    clock,
    newId,
    logger,
  }),
  loaders: ({ stores, viewerId }) => createLoaders(stores, viewerId),
  useCases,
  resolvers,
  forms,
  lookups,
  searched: (stores) => stores.accounts,
  retention,
  worker: ({ endedSessions, clock, logger }, { reads: { sessions } }) =>
    keepEndedSessionsKnown({ sessions, endedSessions, clock, logger }),
});

export const { create: createUsersSubgraph, readSchema } = users;
