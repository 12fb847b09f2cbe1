import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request for the GraphQL endpoint, with what it is answered on. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Where the client is. */
  readonly address: string;
  /** When it came, by `performance.now()`. */
  readonly startedAt: number;
}
