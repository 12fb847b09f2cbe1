import { repeatWork } from '@souk/runtime/backplane';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import type { GroupsConfig } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import { forms } from './domain/forms.ts';
import { createClient } from './persistence/client.ts';
import { erasure } from './persistence/erasure.ts';
import { createLoaders } from './persistence/loaders.ts';
import { retention } from './persistence/retention.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { current } from './resolvers/current-group.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import type { GroupsDeps } from './use-cases/deps.ts';
import { endWhatIsOver } from './use-cases/end-what-is-over.ts';
import { useCases } from './use-cases/index.ts';

/** Groups of people and what each may do in them. */
export const groups = defineSubgraph({
  name: 'groups',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: (
    { transaction, reads, sealValue }: Infrastructure<Stores>,
    { backplane, clock, newId, config }: SubgraphDeps<GroupsConfig>,
  ): GroupsDeps => ({
    transaction,
    reads,
    clock,
    newId,
    config,
    rateLimit: backplane.rateLimit,
    sealValue,
  }),
  loaders: ({ stores, viewerId }) => createLoaders(stores, viewerId),
  useCases,
  erasure,
  retention,
  resolvers,
  forms,
  lookups,
  current,
  consumers: createConsumers,
  searched: ({ groups, users }) => [groups.words, users.words],
  worker: (services, { reads }, { logger }) =>
    repeatWork(
      [
        {
          everyMs: EVERY_MS,
          round: (stopping) => endWhatIsOver(services, reads, stopping),
          failure: NOT_ENDED,
        },
      ],
      logger,
    ),
});

/**
 * The longest delay until people are told that a ban or mute is over; it no longer counts from its end on.
 */
const EVERY_MS = 10_000;

const NOT_ENDED = 'a ban, mute or invitation whose time is over could not be ended';

export const { create: createGroupsSubgraph, readSchema } = groups;
