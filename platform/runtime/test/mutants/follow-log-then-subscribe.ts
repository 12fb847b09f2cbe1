import type { PubSub } from '../../src/backplane/index.ts';
import type { EventLogReader, RecordedEvent } from '../../src/events/event-log.ts';
import { eventOfHint, type StreamHint, streamTopic } from '../../src/events/live-topics.ts';

/**
 * The way that looks right and is not: read the history, then subscribe. What is committed between
 * the two is lost. Kept so that the test which must notice that can be seen to notice it.
 */
export async function* followLogThenSubscribe(
  { log, pubsub }: { log: EventLogReader; pubsub: PubSub },
  stream: string,
  after: number,
): AsyncGenerator<{ kind: 'event'; event: RecordedEvent }> {
  for (const event of await log.read(stream, after, 500)) yield { kind: 'event', event };
  const queue: RecordedEvent[] = [];
  let wake = () => {};
  await pubsub.subscribe(streamTopic('chat', stream), (hint) => {
    const event = eventOfHint(hint as StreamHint);
    if (event) queue.push(event);
    wake();
  });
  for (;;) {
    const event = queue.shift();
    if (event) yield { kind: 'event', event };
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}
