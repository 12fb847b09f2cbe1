import { createGraphiQLFetcher, type Fetcher, isAsyncIterable } from '@graphiql/toolkit';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse, visit } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import type { Authentication } from './authentication.ts';
import { eventList } from './event-list.ts';
import type { Sessions } from './session.ts';

/** Milliseconds between looks at whether an open socket needs a newer token. */
const LOOK_EVERY_MS = 15_000;

/** Queries and mutations by HTTP, subscriptions by WebSocket, all as the active person. */
export function createFetcher(
  url: string,
  authentication: Authentication,
  sessions: Sessions,
): Fetcher {
  const wsClient = connect(url, authentication, sessions);
  // One answer to one request, which `adopt` below reads: parts only where something comes later.
  const sendWhole = createGraphiQLFetcher({ url, wsClient, enableIncrementalDelivery: false });
  const sendInParts = createGraphiQLFetcher({ url, wsClient, enableIncrementalDelivery: true });
  return async (parameters, options) => {
    const session = await authentication.current();
    const headers = {
      ...(session ? { authorization: `Bearer ${session.accessToken}` } : {}),
      ...options?.headers,
    };
    const documentAST = parsed(parameters.query) ?? options?.documentAST;
    const operationName = onlyOperationOf(documentAST) ?? parameters.operationName;
    const inParts = documentAST !== undefined && defers(documentAST);
    const answer = await (inParts ? sendInParts : sendWhole)(
      { ...parameters, operationName },
      { ...options, headers, documentAST },
    );
    if (typeof answer === 'object' && answer !== null && 'data' in answer)
      authentication.adopt(answer.data);
    return isAsyncIterable(answer) && !inParts
      ? (eventList(answer) as unknown as typeof answer)
      : answer;
  };
}

/** The editor's own idea of the document lags behind what was just typed. */
function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
}

/** Whether the editor puts parts together: events of a subscription are shown one below the other. */
function defers(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Directive: ({ name }) => {
      if (name.value === 'defer' || name.value === 'stream') isFound = true;
    },
  });
  return isFound;
}

/** So does its idea of the operation; where there is one alone, it is that one. */
function onlyOperationOf(document: DocumentNode | undefined): string | undefined {
  const operations = document?.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const [only, another] = (operations ?? []) as OperationDefinitionNode[];
  return another ? undefined : only?.name?.value;
}

function connect(url: string, authentication: Authentication, sessions: Sessions): Client {
  let timer: ReturnType<typeof setInterval> | undefined;
  let stopFollowing = () => {};
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    lazy: true,
    retryAttempts: Number.POSITIVE_INFINITY,
    connectionParams: async () => {
      const session = await authentication.current();
      return session ? { accessToken: session.accessToken } : {};
    },
    on: {
      connected: (socket) => {
        const connectedAs = sessions.active?.name;
        const { send } = socket as WebSocket;
        let sent = sessions.active?.accessToken;
        timer = setInterval(async () => {
          const session = await authentication.current();
          if (!session || session.accessToken === sent) return;
          sent = session.accessToken;
          send.call(socket, JSON.stringify({ type: 'ping', payload: { accessToken: sent } }));
        }, LOOK_EVERY_MS);
        // A socket belongs to one person: whoever is active now gets another.
        stopFollowing = sessions.subscribe(() => {
          if (sessions.active?.name !== connectedAs) client.terminate();
        });
      },
      closed: () => {
        clearInterval(timer);
        stopFollowing();
      },
    },
  });
  return client;
}
