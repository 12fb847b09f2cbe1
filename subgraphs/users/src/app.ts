import { createSignedLinks, serviceUnavailable } from '@souk/runtime/domain';
import { createEndedSessions } from '@souk/runtime/identity';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import { DEFAULT_MEDIA_URL, type UsersConfig } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import { createAccessTokenSigner } from './credentials/access-tokens.ts';
import { createAccountSecrets } from './credentials/account-secrets.ts';
import { createDeviceTokens } from './credentials/device-tokens.ts';
import { createIdentityProviders } from './credentials/identity-providers.ts';
import { createPasskeys } from './credentials/passkeys.ts';
import { createPasswordStrength } from './credentials/password-strength.ts';
import { createPasswords, type Passwords } from './credentials/passwords.ts';
import { forms } from './domain/forms.ts';
import { keepWorking } from './maintenance/keep-working.ts';
import { downloadRoute } from './media/download-route.ts';
import { createInspections } from './media/inspections.ts';
import { createMediaLinks } from './media/media-links.ts';
import { openFileStore } from './media/open-file-store.ts';
import { uploadRoute } from './media/upload-route.ts';
import { createClient } from './persistence/client.ts';
import { erasure } from './persistence/erasure.ts';
import { createLoaders } from './persistence/loaders.ts';
import { retention } from './persistence/retention.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import type { UsersDeps } from './use-cases/deps.ts';
import { useCases } from './use-cases/index.ts';

export interface UsersSubgraphDeps extends SubgraphDeps<UsersConfig> {
  /** How passwords are hashed, for tests that count that work. */
  passwords?: Passwords;
}

/** Accounts, their sessions, and who may sign in. */
export const users = defineSubgraph({
  name: 'users',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: async (
    { transaction, reads, cursors, sealValue }: Infrastructure<Stores>,
    { config, backplane, clock, newId, logger, passwords }: UsersSubgraphDeps,
  ): Promise<UsersDeps> => ({
    transaction,
    reads,
    passwords: passwords ?? createPasswords(),
    passwordStrength: createPasswordStrength(),
    deviceTokens: createDeviceTokens(config),
    signAccessToken: await createAccessTokenSigner(config),
    accountSecrets: createAccountSecrets(config),
    identityProviders: createIdentityProviders(config.identityProviders ?? []),
    passkeys: createPasskeys(config),
    sealValue,
    rateLimit: backplane.rateLimit,
    endedSessions: createEndedSessions(backplane.cache),
    files: openFileStore(config),
    mediaLinks: createMediaLinks(createSignedLinks(cursors, mediaUrlOf(config))),
    inspect: createInspections(serviceUnavailable),
    clock,
    newId,
    logger,
  }),
  loaders: ({ stores, viewerId }) => createLoaders(stores, viewerId),
  useCases,
  consumers: createConsumers,
  erasure,
  resolvers,
  forms,
  lookups,
  searched: ({ accounts }) => [accounts.words],
  retention,
  routes: ({ mediaLinks: links, files, reads, clock, logger }) => {
    const deps = { links, files, reads, clock, logger };
    return [uploadRoute(deps), downloadRoute(deps)];
  },
  worker: keepWorking,
});

/** Where clients reach files: configured, or known only when they are served. */
const mediaUrlOf = ({ mediaUrl = DEFAULT_MEDIA_URL }: UsersConfig) =>
  typeof mediaUrl === 'function' ? mediaUrl : () => mediaUrl;

export const { create: createUsersSubgraph, readSchema } = users;
