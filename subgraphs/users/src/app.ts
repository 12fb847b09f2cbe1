import { readFileSync } from 'node:fs';
import {
  createEndedSessions,
  createSubgraph,
  layFoundation,
  type Subgraph,
  type SubgraphDeps,
} from '@souk/runtime';
import type { UsersConfig } from './config.ts';
import { type Context, createLoaders } from './context.ts';
import { createAccessTokenSigner } from './credentials/access-tokens.ts';
import { createDeviceTokens } from './credentials/device-tokens.ts';
import { createPasswordStrength } from './credentials/password-strength.ts';
import { createPasswords, type Passwords } from './credentials/passwords.ts';
import { createVerificationTokens } from './credentials/verification-tokens.ts';
import { forms } from './domain/forms.ts';
import { keepEndedSessionsKnown } from './maintenance/keep-ended-sessions-known.ts';
import { createClient } from './persistence/client.ts';
import { retention } from './persistence/retention.ts';
import { storesOn } from './persistence/stores.ts';
import { resolvers } from './resolvers/index.ts';
import { createUseCases } from './use-cases/index.ts';

/** The schema, one folder above both `src/` and the bundle in `dist/`. */
export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

/** Puts the subgraph together; `passwords` is given by tests that count its work. */
export async function createUsersSubgraph(
  deps: SubgraphDeps<UsersConfig>,
  { passwords = createPasswords() }: { passwords?: Passwords } = {},
): Promise<Subgraph> {
  const { config, databaseUrl, onStatement, backplane, clock, newId, logger } = deps;
  const foundation = layFoundation({
    name: 'users',
    client: createClient(databaseUrl, onStatement),
    storesOn,
    consumers: [],
    searched: ({ accounts }) => accounts,
    retention,
    deps,
  });
  const { transaction, reads, live, cursors } = foundation;
  const endedSessions = createEndedSessions(backplane.cache);
  const useCases = createUseCases({
    transaction,
    reads,
    passwords,
    passwordStrength: createPasswordStrength(),
    deviceTokens: await createDeviceTokens(config),
    signAccessToken: await createAccessTokenSigner(config),
    verificationTokens: await createVerificationTokens(config),
    rateLimit: backplane.rateLimit,
    endedSessions,
    clock,
    newId,
    logger,
  });
  return createSubgraph<Context>({
    name: 'users',
    typeDefs,
    resolvers,
    forms,
    createContext: (request) => ({
      ...request,
      loaders: createLoaders(reads, request.viewer?.userId),
      useCases,
      reads,
      cursors,
      live,
      clock,
    }),
    startWorker: () =>
      foundation.startWorker(() =>
        keepEndedSessionsKnown({ sessions: reads.sessions, endedSessions, clock, logger }),
      ),
    ready: foundation.ready,
    close: foundation.close,
    logger,
  });
}
