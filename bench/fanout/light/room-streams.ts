import type { Server } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { mapped } from '@souk/runtime/async';
import { joinedSubscription } from '@souk/runtime/subgraph';
import { type ExecutionArgs, type ExecutionResult, parse, subscribe } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { type RoomItem, roomStream } from './room-stream.ts';
import { SCHEMAS } from './schemas.ts';
import type { Spoken } from './spoken.ts';

export interface StreamCounts {
  /** Subscriptions open now. */
  readonly open: number;
}

/**
 * The room's stream over graphql-transport-ws, with marks for a gateway that asks for them
 * (docs/shared-streams.md). It believes whoever asks: only this benchmark can reach it.
 */
export function serveRoomStreams(server: Server, path: string, spoken: Spoken): () => StreamCounts {
  const schema = buildSubgraphSchema({
    typeDefs: parse(SCHEMAS.rooms),
    resolvers: {
      StreamEvent: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      RoomStream: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Subscription: {
        roomEvents: {
          subscribe: (_: unknown, { after }: { after?: string | null }) =>
            roomStream(spoken, after == null ? undefined : Number(after)),
          resolve: ({ item, ...place }: RoomItem, _: unknown, asked: Asked) => {
            asked.place = place;
            return item;
          },
        },
      },
    } as never,
  });
  const counts = { open: 0 };
  const subscribeTo = async (args: ExecutionArgs) => {
    const results = await subscribe(args);
    return Symbol.asyncIterator in results
      ? marked(results, args.contextValue as Asked, counts)
      : results;
  };
  useServer(
    {
      onSubscribe: (_, _id, { query, variables, operationName, extensions }) => ({
        schema,
        document: parse(query),
        variableValues: variables,
        operationName,
        contextValue: {
          streams: extensions?.streams,
          viewers: extensions?.viewers as readonly object[] | undefined,
          isGrouped: extensions?.grouped === true,
        } satisfies Asked,
      }),
      subscribe: (args) => {
        const { streams, viewers, isGrouped } = args.contextValue as Asked;
        if (!viewers) return subscribeTo(args);
        return joinedSubscription(
          viewers,
          () => subscribeTo({ ...args, contextValue: { streams } satisfies Asked }),
          { isGrouped },
        );
      },
    },
    new WebSocketServer({ server, path, perMessageDeflate: false }),
  );
  return () => counts;
}

/** One subscription: whom it is for, if it asked for marks; and where its newest item stands. */
interface Asked {
  /** "viewer" or "shared". */
  readonly streams: unknown;
  /** In whose names, if in those of several. */
  readonly viewers?: readonly object[] | undefined;
  readonly isGrouped?: boolean;
  place?: Omit<RoomItem, 'item'>;
}

function marked(
  results: AsyncIterator<ExecutionResult>,
  asked: Asked,
  counts: { open: number },
): AsyncIterableIterator<ExecutionResult> {
  counts.open += 1;
  return mapped(
    results,
    (result) => {
      if (asked.streams === undefined || !asked.place) return result;
      const { position, caughtUp } = asked.place;
      const isLetIn = caughtUp && asked.streams === 'viewer';
      const stream = { position, ...(isLetIn ? { shared: true } : {}) };
      return { ...result, extensions: { stream } };
    },
    () => {
      counts.open -= 1;
    },
  );
}
