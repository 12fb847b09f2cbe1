import {
  createActivityRecord,
  createConnectionPresence,
  createSubgraph,
  layFoundation,
  type Subgraph,
  type SubgraphDeps,
} from '@souk/runtime';
import type { Chat } from './chat.ts';
import type { ChatConfig } from './config.ts';
import { consumers } from './consumers/index.ts';
import { createContext } from './context.ts';
import { forms } from './domain/forms.ts';
import { createClient } from './persistence/client.ts';
import { createSharedReads } from './persistence/loaders.ts';
import { storesOn } from './persistence/stores.ts';
import { createPresenceFeed } from './realtime/presence-feed.ts';
import { createPresenceReader } from './realtime/presence-reader.ts';
import { createRoomFeed } from './realtime/room-feed.ts';
import { sweepPresence } from './realtime/sweep-presence.ts';
import { createTyping } from './realtime/typing.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { resolvers } from './resolvers/index.ts';
import { readTypeDefs } from './schema.ts';

/** Rooms, messages, presence: put together from what whoever starts it hands in. */
export async function createChatSubgraph(deps: SubgraphDeps<ChatConfig>): Promise<Subgraph> {
  const { backplane, clock, newId, logger, config } = deps;
  const { pubsub } = backplane;
  const foundation = layFoundation({
    name: 'chat',
    client: createClient(deps.databaseUrl, deps.onStatement),
    storesOn,
    consumers,
    searched: ({ rooms }) => rooms,
    deps,
  });
  const { transaction, reads, live, log, cursors } = foundation;
  const connections = createConnectionPresence(backplane);
  const activity = createActivityRecord(backplane.cache);
  const presence = createPresenceReader({
    registry: backplane.presence,
    settings: reads.presence,
    pubsub,
    clock,
  });
  const presenceFeed = createPresenceFeed({ reader: presence, pubsub, clock, logger });
  const roomFeed = createRoomFeed(live, reads);
  const typing = createTyping({ pubsub, roomFeed });
  const chat: Chat = {
    config,
    clock,
    newId,
    transaction,
    reads,
    live,
    log,
    cursors,
    rateLimit: backplane.rateLimit,
    connections,
    activity,
    presence,
    presenceFeed,
    roomFeed,
    typing,
    shared: createSharedReads(reads),
  };
  return createSubgraph({
    name: 'chat',
    typeDefs: readTypeDefs(),
    resolvers: resolvers as Record<string, unknown>,
    forms,
    lookups,
    createContext: (request) => createContext(chat, request),
    startWorker: () => foundation.startWorker(() => sweepPresence(connections, logger)),
    ready: foundation.ready,
    close: async () => {
      typing.close();
      presenceFeed.close();
      await foundation.close();
    },
    logger,
  });
}
