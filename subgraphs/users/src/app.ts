import { serviceUnavailable } from '@souk/runtime/domain';
import { createEndedSessions } from '@souk/runtime/identity';
import { repeatWork } from '@souk/runtime/process';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import { DEFAULT_MEDIA_URL, type UsersConfig } from './config.ts';
import { createAccessTokenSigner } from './credentials/access-tokens.ts';
import { createAccountSecrets } from './credentials/account-secrets.ts';
import { createDeviceTokens } from './credentials/device-tokens.ts';
import { createGate } from './credentials/gate.ts';
import { createIdentityProviders } from './credentials/identity-providers.ts';
import { createPasskeys } from './credentials/passkeys.ts';
import { createPasswordStrength } from './credentials/password-strength.ts';
import { createPasswords, type Passwords } from './credentials/passwords.ts';
import { createConsumers } from './consumers/index.ts';
import { forms } from './domain/forms.ts';
import { keepEndedSessionsKnown } from './maintenance/keep-ended-sessions-known.ts';
import { removeAbandoned, removeLeftOriginals } from './maintenance/remove-abandoned-uploads.ts';
import { downloadRoute } from './media/download-route.ts';
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
import { eraseDueAccounts } from './use-cases/erase-account.ts';
import { finishExports } from './use-cases/finish-exports.ts';
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
    { transaction, reads, cursors }: Infrastructure<Stores>,
    { config, backplane, clock, newId, logger, passwords }: UsersSubgraphDeps,
  ): Promise<UsersDeps> => ({
    transaction,
    reads,
    passwords: passwords ?? createPasswords(),
    passwordStrength: createPasswordStrength(),
    deviceTokens: await createDeviceTokens(config),
    signAccessToken: await createAccessTokenSigner(config),
    accountSecrets: createAccountSecrets(config),
    identityProviders: createIdentityProviders(config.identityProviders ?? []),
    passkeys: createPasskeys(config),
    rateLimit: backplane.rateLimit,
    endedSessions: createEndedSessions(backplane.cache),
    files: openFileStore(config),
    mediaLinks: createMediaLinks(cursors, mediaUrlOf(config)),
    processingGate: createGate({ ...IMAGES_AT_ONCE, whenFull: serviceUnavailable }),
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
  searched: (stores) => stores.accounts,
  retention,
  routes: ({ mediaLinks: links, files, reads, clock, logger }) => {
    const deps = { links, files, reads, clock, logger };
    return [uploadRoute(deps), downloadRoute(deps)];
  },
  worker: (services, { reads: { sessions, media } }) => {
    const { endedSessions, files, clock, logger } = services;
    return repeatWork([
      keepEndedSessionsKnown({ sessions, endedSessions, clock, logger }),
      {
        everyMs: 10 * MINUTE_MS,
        round: () => removeAbandoned({ media, files, clock }),
        onFailure: (err) => logger.warn({ err }, 'abandoned uploads could not be removed'),
      },
      {
        everyMs: 10 * MINUTE_MS,
        round: () => removeLeftOriginals({ media, files, clock }),
        onFailure: (err) => logger.warn({ err }, 'originals of uploads could not be removed'),
      },
      {
        everyMs: MINUTE_MS,
        round: () => eraseDueAccounts(services),
        onFailure: (err) =>
          logger.warn({ err }, 'accounts whose grace is over could not be erased'),
      },
      {
        everyMs: EXPORTS_EVERY_MS,
        round: () => finishExports(services),
        onFailure: (err) => logger.warn({ err }, 'exports of accounts could not be finished'),
      },
    ]);
  },
});

const MINUTE_MS = 60_000;
/** How late somebody may have the file once every subgraph has answered. */
const EXPORTS_EVERY_MS = 2_000;

/** Decoding one takes a core and some hundred megabytes. */
const IMAGES_AT_ONCE = { slots: 2, maxWaiting: 50 };

/** Where clients reach files: said once, or known only when somebody serves them. */
const mediaUrlOf = ({ mediaUrl = DEFAULT_MEDIA_URL }: UsersConfig) =>
  typeof mediaUrl === 'function' ? mediaUrl : () => mediaUrl;

export const { create: createUsersSubgraph, readSchema } = users;
