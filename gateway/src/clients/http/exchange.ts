import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context as TraceContext } from '@souk/runtime/telemetry';

/** One request to the GraphQL endpoint, with its response. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** The client's address. */
  readonly address: string;
  /** When the request came, by `performance.now()`. */
  readonly startedAt: number;
  /** The request's span, when traces are kept. */
  readonly trace: TraceContext | undefined;
  /** The answer has begun and continues as a stream: the request's span ends here. */
  streaming(): void;
}
