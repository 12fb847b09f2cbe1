import type { PublishOptions, PubSub } from '../backplane/backplane.ts';
import { reasonOf } from '../persistence/database-errors.ts';
import { countedWarning } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import { enterSpan, SpanKind, traceAfter, traceparentOf } from '../telemetry/tracing.ts';
import { EVENTS } from './catalog/index.ts';
import type { RecordedEvent } from './event-log.ts';
import { hintOf, streamTopic, typeTopic } from './live-topics.ts';

export interface AnnouncerDeps {
  subgraph: string;
  pubsub: Pick<PubSub, 'publish'>;
  logger: Logger;
}

/**
 * Announces what was just committed to the followers of its streams, those in this process first. Events that
 * all gateways learn of are also published to the topic of their type.
 */
export function createAnnouncer({
  subgraph,
  pubsub,
  logger,
}: AnnouncerDeps): (events: readonly RecordedEvent[]) => void {
  const warn = countedWarning(logger, 'could not announce events; polling will find them');
  const publish = (topic: string, event: RecordedEvent, options?: PublishOptions): void => {
    const { id, type, traceparent } = event;
    const recordedIn = traceAfter(traceparent);
    const span = recordedIn
      ? enterSpan('publish event', recordedIn, SpanKind.PRODUCER, {
          'messaging.operation.type': 'send',
          'messaging.destination.name': topic,
          'messaging.message.id': id,
          'souk.event.type': type,
        })
      : null;
    const given = span
      ? ({ ...event, traceparent: traceparentOf(span.context) } as RecordedEvent)
      : event;
    pubsub.publish(topic, hintOf(given), options).then(
      () => span?.end(),
      (error) => {
        span?.end(error);
        warn({ reason: reasonOf(error), topic });
      },
    );
  };
  return (events) => {
    for (const event of events) {
      publish(streamTopic(subgraph, event.stream), event, { hereFirst: true });
      if (EVENTS[event.type].heardByGateways) publish(typeTopic(event.type), event);
    }
  };
}
