import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context as TraceContext } from '@souk/runtime/telemetry';

/** One request for the GraphQL endpoint, with what it is answered on. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Where the client is. */
  readonly address: string;
  /** When it came, by `performance.now()`. */
  readonly startedAt: number;
  /** The request's span, where a trace is kept. */
  readonly trace: TraceContext | undefined;
  /** Its answer has begun and goes on for as long as there is something to send: its span ends. */
  streaming(): void;
}
