import type { ExecutionResult } from 'graphql';

type Extensions = Record<string, unknown>;

interface Sink<Data> {
  next(result: ExecutionResult<Data, Extensions>): void;
  error(error: unknown): void;
  complete(): void;
}

/** What the clients of graphql-ws and graphql-sse have in common. */
export interface SubscribingClient {
  subscribe<Data, E>(
    request: { query: string; variables: Record<string, unknown> },
    sink: {
      next(result: ExecutionResult<Data, E>): void;
      error(error: unknown): void;
      complete(): void;
    },
  ): () => void;
}

/**
 * Subscribes so that the client's own reconnects continue after the last event: it sends the request again
 * each time, and the variable `after` has moved along with the events.
 */
export function subscribeKeepingPlace<Data>(
  client: SubscribingClient,
  { query, variables }: { query: string; variables: Record<string, unknown> },
  sink: Sink<Data>,
): () => void {
  const moving = { ...variables };
  return client.subscribe<Data, Extensions>(
    { query, variables: moving },
    {
      ...sink,
      next: (result) => {
        moving.after = result.extensions?.cursor ?? moving.after;
        sink.next(result);
      },
    },
  );
}
