import type { Cancellation } from '../cancellation.ts';
import type { EncodedEvent } from '../encoded-event.ts';
import type { LiveSink } from '../live-sink.ts';
import type { SubscriptionRequest } from '../plan-subscription.ts';

/** A client that follows a shared stream. */
export interface Subscriber {
  readonly userId: string | null;
  /** How far it knows the stream and its viewer's access; null when streams have no positions. */
  readonly position: number | null;
  readonly cursor: string | null;
  readonly sink: LiveSink;
  readonly cancellation: Cancellation;
  /** The context of requests on the viewer's behalf is taken from it. */
  readonly request: Pick<SubscriptionRequest, 'context'>;
}

/** Why a client no longer follows, and its position. */
export type Detachment = { readonly cursor: string | null } & (
  | { readonly kind: 'cancelled' }
  /** It needs events that the stream no longer holds, or the stream has ended. */
  | { readonly kind: 'behind' }
  /** Its access has to be checked; if it has none any more, it is sent this event and nothing else. */
  | { readonly kind: 'reauthorise'; readonly finalEvent: EncodedEvent | null }
  /** The stream of a new supergraph takes over at this position. */
  | { readonly kind: 'moved'; readonly position: number | null }
);
