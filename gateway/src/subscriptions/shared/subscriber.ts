import type { Cancellation } from '../cancellation.ts';
import type { EncodedEvent } from '../encoded-event.ts';
import type { LiveSink } from '../live-sink.ts';
import type { SubscriptionRequest } from '../plan-subscription.ts';

/** A client that follows a shared stream. */
export interface Subscriber {
  readonly userId: string | null;
  /** How far it knows the stream, and its viewer's access; null where streams have no positions. */
  readonly position: number | null;
  readonly cursor: string | null;
  readonly sink: LiveSink;
  readonly cancellation: Cancellation;
  /** What accompanies a request in the viewer's name is asked of it. */
  readonly request: Pick<SubscriptionRequest, 'context'>;
}

/** Why a client no longer follows, and where it stands. */
export type Detachment = { readonly cursor: string | null } & (
  | { readonly kind: 'cancelled' }
  /** It needs what the stream no longer holds, or the stream is no more. */
  | { readonly kind: 'behind' }
  /** Its access has to be asked about; if it has none any more, it is sent this and nothing else. */
  | { readonly kind: 'reauthorise'; readonly finalEvent: EncodedEvent | null }
  /** The stream of a new supergraph takes over, right here. */
  | { readonly kind: 'moved'; readonly position: number | null }
);
