import type { Logger } from '@souk/runtime/process';
import { GraphQLError } from 'graphql';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { GatewayTransport } from '../upstream/transport.ts';
import type { Cancellation } from './cancellation.ts';
import type { EncodedEvent } from './encoded-event.ts';
import { writing } from './event-telemetry.ts';
import type { EventWork } from './event-work.ts';
import type { LiveSink } from './live-sink.ts';
import type { SubscriptionPlan, SubscriptionRequest } from './plan-subscription.ts';
import type { SharedStreams } from './shared/shared-streams.ts';

/** The client for which a subscription runs. */
export interface Client {
  readonly sink: LiveSink;
  /** The client has left or was disconnected. */
  readonly cancellation: Cancellation;
  /** The cursor to continue behind, when the operation does not say. */
  readonly after?: string | undefined;
}

export interface SubscriptionDeps {
  pipeline: Pipeline;
  supergraph(): GatewaySupergraph;
  /** Calls back when the supergraph was replaced; returns a function that stops this. */
  onSupergraph(changed: (supergraph: GatewaySupergraph) => void): () => void;
  transport: GatewayTransport;
  shared: SharedStreams;
  work: EventWork;
  logger: Logger;
  /** Milliseconds for which a lost stream is retried before its client is disconnected. */
  resumeWithinMs: number;
}

/** How far a client has come, and by which plan. */
export interface Progress {
  plan: SubscriptionPlan;
  cursor: string | null;
  /** It was sent that it has caught up. */
  hasCaughtUp: boolean;
  /** It was sent something, now or before it reconnected. */
  hasBegun: boolean;
}

/** Writes an event to a client as soon as there is room for it, unless the client leaves before. */
export async function written(event: EncodedEvent, { sink, cancellation }: Client): Promise<void> {
  const span = writing(event, 1);
  while (!cancellation.isCancelled && !sink.write(event)) await sink.room();
  span?.end();
}

/** A coded error may reach the client unchanged; anything else is our fault and is only logged. */
export function publicOf(
  error: unknown,
  request: SubscriptionRequest,
  logger: Logger,
): GraphQLError {
  if (error instanceof GraphQLError && error.extensions.code) return error;
  const { requestId } = request.context();
  logger.error({ err: error, requestId }, 'a subscription failed');
  return new GraphQLError('Something went wrong on our side.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  });
}
