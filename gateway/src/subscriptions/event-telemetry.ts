import type { StreamMark } from '@souk/runtime/events';
import {
  childSpan,
  durationMetric,
  enterSpan,
  type OpenSpan,
  SpanKind,
  type Context as TraceContext,
  traceAfter,
} from '@souk/runtime/telemetry';
import type { EncodedEvent } from './encoded-event.ts';

const completionDuration = durationMetric({
  name: 'graphql_subscription_event_duration_seconds',
  help: 'Completing an event of a subscription with what other subgraphs know',
});

/** The completion of one event. */
export interface ObservedCompletion {
  readonly span: OpenSpan | null;
  end(): void;
}

/**
 * Begins the span of completing an event, in the trace of the change that the event is about. When this is
 * done for one subscription only, the span is linked to the one in which the subscription was opened. A span
 * for the whole life of a subscription would be exported only at its end, hours after the interesting part.
 */
export function completing(
  mark: StreamMark | null,
  subscription?: TraceContext,
): ObservedCompletion {
  const startedAt = performance.now();
  const recordedIn = traceAfter(mark?.traceparent);
  const span = recordedIn
    ? enterSpan('complete event', recordedIn, SpanKind.CONSUMER, undefined, subscription)
    : null;
  return {
    span,
    end: () => {
      span?.end();
      completionDuration.observe({}, performance.now() - startedAt);
    },
  };
}

/** The span of writing an event to this many clients; null when its trace is not recorded. */
export const writing = ({ trace }: EncodedEvent, clients: number): OpenSpan | null =>
  trace
    ? childSpan('write event', trace, SpanKind.PRODUCER, {
        'messaging.operation.type': 'send',
        'messaging.batch.message_count': clients,
      })
    : null;
