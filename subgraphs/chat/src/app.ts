import {
  createActivityRecord,
  createConnectionPresence,
  createSettledRateLimit,
} from '@souk/runtime/backplane';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import type { ChatConfig } from './config.ts';
import { consumers } from './consumers/index.ts';
import { forms } from './domain/forms.ts';
import { createRenderedTexts } from './domain/rendered-texts.ts';
import { keepWorking } from './maintenance/keep-working.ts';
import { createClient } from './persistence/client.ts';
import { createLoaders, createSharedReads } from './persistence/create-loaders.ts';
import { erasure } from './persistence/erasure.ts';
import { retention } from './persistence/retention.ts';
import { createRoomsSaidIn } from './persistence/rooms-said-in.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { createInboxFeed } from './realtime/inbox-feed.ts';
import { createPresenceFeed } from './realtime/presence-feed.ts';
import { createPresenceReader } from './realtime/presence-reader.ts';
import { createRoomFeed } from './realtime/room-feed.ts';
import { createTyping } from './realtime/typing.ts';
import { current } from './resolvers/current-things.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import type { ChatDeps } from './use-cases/deps.ts';
import { useCases } from './use-cases/index.ts';

/** Rooms, messages, presence. */
export const chat = defineSubgraph({
  name: 'chat',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: chatServices,
  loaders: ({ stores, services: { sharedReads, presence, clock }, viewerId, shownToAll }) => ({
    ...createLoaders(stores, sharedReads, { viewerId, shownToAll, clock }),
    presence: presence.loader(),
  }),
  useCases,
  erasure,
  retention,
  resolvers,
  forms,
  lookups,
  current,
  consumers: () => consumers,
  searched: ({ rooms, messageSearch }) => [rooms.words, messageSearch.words],
  worker: (services, _, { logger }) => keepWorking(services, logger),
  close: ({ typing, presenceFeed }) => {
    typing.close();
    presenceFeed.close();
  },
});

function chatServices(
  { transaction, reads, live, cursors }: Infrastructure<Stores>,
  { backplane, clock, newId, logger, config }: SubgraphDeps<ChatConfig>,
): ChatDeps {
  const { pubsub } = backplane;
  const presence = createPresenceReader({
    registry: backplane.presence,
    settings: reads.presence,
    pubsub,
    clock,
  });
  const roomFeed = createRoomFeed(live, reads);
  return {
    ...{ config, clock, newId, transaction, reads, live, presence, roomFeed },
    rateLimit: createSettledRateLimit(backplane.rateLimit),
    connections: createConnectionPresence(backplane),
    activity: createActivityRecord(backplane.cache),
    presenceFeed: createPresenceFeed({ reader: presence, pubsub, clock, logger }),
    inboxFeed: createInboxFeed({ live, reads, cursors }),
    typing: createTyping({ pubsub, roomFeed }),
    sharedReads: createSharedReads(reads, live.isNewest),
    roomsSaidIn: createRoomsSaidIn(),
    renderedTexts: createRenderedTexts(),
  };
}

export const { create: createChatSubgraph, readSchema } = chat;
