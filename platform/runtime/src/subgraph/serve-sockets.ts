import type { Server } from 'node:http';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { rememberLatest } from '../domain/remember-latest.ts';
import type { InternalIdentity, VerifyIdentity } from '../identity/internal-identity.ts';
import { onWebSocketUpgrade } from '../process/web-socket-upgrades.ts';
import { traceIn } from '../telemetry/tracing.ts';
import { joinedSubscription } from './joined-subscription.ts';
import { identitiesNamed } from './named-viewers.ts';
import type { Subgraph, SubgraphRequest } from './subgraph.ts';

/** A gateway repeats the same few subscriptions, and each who joins brings its text. */
const MOST_DOCUMENTS = 500;
/** Tells a gateway that its token was late or damaged: signed again, the same request may be repeated. */
export const IDENTITY_REFUSED = 'IDENTITY_REFUSED';

/** Serves subscriptions over the sockets of gateways; gives what ends them. */
export function serveSockets(
  server: Server,
  subgraph: Subgraph,
  { verify, path, maxBytes }: { verify: VerifyIdentity; path: string; maxBytes: number },
): () => Promise<void> {
  const sockets = new WebSocketServer({
    noServer: true,
    path,
    maxPayload: maxBytes,
    perMessageDeflate: false,
  });
  onWebSocketUpgrade(server, (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, (socket) =>
      sockets.emit('connection', socket, request),
    ),
  );
  const documentOf = rememberLatest(MOST_DOCUMENTS, parsed);
  /** Sockets on which an identity signed by a gateway has been shown. */
  const ofGateways = new WeakSet<object>();
  const { dispose } = useServer(
    {
      // Each operation brings its own identity in `extensions.identity`, signed for its text and variables:
      // an identity of the connection would be valid for anything sent on it.
      onSubscribe: async ({ extra }, _id, payload) => {
        const { query, operationName, variables, extensions } = payload;
        const identity = await identityOf(extensions, payload);
        if (!identity) {
          // A client that has never shown a valid identity is not a gateway, and its socket is closed. A
          // gateway's socket carries the streams of many, which one late or damaged token must not end.
          if (!ofGateways.has(extra.socket))
            extra.socket.close(CloseCode.Forbidden, 'Only a gateway may send requests here.');
          return [
            new GraphQLError('Only a gateway may send requests here.', {
              extensions: { code: IDENTITY_REFUSED },
            }),
          ];
        }
        ofGateways.add(extra.socket);
        const document = documentOf(query);
        if (document instanceof GraphQLError) return [document];
        const identities = identity.many
          ? identitiesNamed(extensions?.viewers, identity.requestId)
          : [identity];
        if (!identities) {
          const refusal = { extensions: { code: 'BAD_REQUEST' } };
          return [new GraphQLError('The subscription names no viewers.', refusal)];
        }
        const marks = extensions?.streams !== undefined;
        const trace = traceIn(extensions?.trace);
        const isGrouped = extensions?.grouped === true;
        const who = { identity, identities, isGrouped };
        const request = { query, operationName, variables, marks, trace, ...who };
        return {
          schema: subgraph.schema,
          document,
          operationName,
          contextValue: request satisfies SocketRequest,
        };
      },
      execute: ({ contextValue }) => subgraph.execute(contextValue as SocketRequest),
      subscribe: ({ contextValue }) => {
        const { identities, isGrouped, ...request } = contextValue as SocketRequest;
        if (!request.identity.many) return subgraph.subscribe(request);
        return joinedSubscription(
          identities,
          (identity, index) =>
            subgraph.subscribe({ ...request, identity, isLoggedAlready: index > 0 }),
          { isGrouped },
        );
      },
    },
    sockets,
  );
  const identityOf = async (
    extensions: Readonly<Record<string, unknown>> | null | undefined,
    { query, variables }: { query: string; variables?: unknown },
  ) => {
    try {
      const identity = await verify(String(extensions?.identity));
      identity.assertBody(signedSubscription({ query, variables, viewers: extensions?.viewers }));
      return identity;
    } catch {
      return null;
    }
  };
  return async () => void (await dispose());
}

/** The bytes a gateway signs for a subscription, which has no HTTP body of its own. */
export const signedSubscription = ({
  query,
  variables,
  viewers,
}: {
  query: string;
  variables?: unknown;
  /** The viewers on whose behalf it is opened, if there are several. */
  viewers?: unknown;
}): string => JSON.stringify([query, variables ?? {}, ...(viewers === undefined ? [] : [viewers])]);

/** A request that came on a socket, and its viewer. */
interface SocketRequest extends SubgraphRequest {
  readonly identities: readonly InternalIdentity[];
  /** The gateway accepts one result for several of them. */
  readonly isGrouped: boolean;
}

const parsed = (query: string): DocumentNode | GraphQLError => {
  try {
    return parse(query);
  } catch (error) {
    return error as GraphQLError;
  }
};
