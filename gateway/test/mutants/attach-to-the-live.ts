import type { Follower } from '../../src/subscriptions/shared/follower.ts';
import type { SharedStream } from '../../src/subscriptions/shared/shared-stream.ts';

/**
 * The naive shared stream: whoever comes gets what happens from then on. It loses what happened
 * between a viewer's own subscription and this one, repeats what they have seen, and drops events
 * for which a client has no room.
 */
export function attachToTheLive(): SharedStream {
  const followers = new Set<Follower>();
  return {
    isEmpty: false,
    follow: (follower) => {
      followers.add(follower);
      return new Promise(() => {});
    },
    beganAt: () => {},
    happened: (happening) => {
      if (happening.kind !== 'event') return;
      for (const { sink } of followers) sink.write(happening.event);
    },
    payer: () => null,
    part: () => {},
  };
}
