import type { SharedStream } from '../../src/subscriptions/shared/shared-stream.ts';
import type { Subscriber } from '../../src/subscriptions/shared/subscriber.ts';

/**
 * The naive shared stream: whoever comes gets what happens from then on. It loses what happened
 * between a viewer's own subscription and this one, repeats what they have seen, and drops events
 * for which a client has no room.
 */
export function attachToTheLive(): SharedStream {
  const subscribers = new Set<Subscriber>();
  return {
    isEmpty: false,
    follow: (subscriber) => {
      subscribers.add(subscriber);
      return new Promise(() => {});
    },
    beganAt: () => {},
    publish: (event) => {
      if (event.kind !== 'common') return;
      for (const { sink } of subscribers) sink.write(event.encoded);
    },
    payer: () => null,
    detachAll: () => {},
  };
}
