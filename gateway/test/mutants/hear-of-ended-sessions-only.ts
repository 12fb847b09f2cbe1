import type { Backplane } from '@souk/runtime/backplane';
import { eventOfHint, type StreamHint, typeTopic } from '@souk/runtime/events';
import { IndexedSet } from '../../src/indexed-set.ts';
import type { OpenInSession, SessionWatch } from '../../src/subscriptions/session-watch.ts';

/**
 * The naive watch: pub/sub tells which sessions have ended, so it is enough to listen. What is said
 * while the connection to it is down is never heard, and what is open in an ended session stays open.
 */
export function hearOfEndedSessionsOnly({ pubsub }: { pubsub: Backplane['pubsub'] }): SessionWatch {
  const watched = new IndexedSet<OpenInSession>();
  const listening = pubsub.subscribe(typeTopic('users.SessionRevoked'), (hint) => {
    const ended = eventOfHint(hint as StreamHint)?.payload as { sessionId?: string } | undefined;
    for (const open of [...watched]) if (open.sessionId === ended?.sessionId) open.revoked();
  });
  return {
    watch: async (open) => {
      watched.add(open);
      await listening;
    },
    unwatch: (open) => void watched.delete(open),
    close: async () => (await listening)(),
  };
}
