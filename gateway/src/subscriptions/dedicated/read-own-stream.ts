import type { SubgraphResponse } from '@souk/engine';
import { stoppable } from '@souk/runtime/async';
import type { SubscriptionRequest } from '../plan-subscription.ts';
import { replanned } from '../replan.ts';
import {
  type Client,
  type Progress,
  type SubscriptionDeps,
  written,
} from '../subscription-client.ts';
import { ownEvents } from './own-events.ts';

/** The position behind which a shared stream takes over. */
export interface HandOver {
  /** Null when streams have no positions. */
  readonly position: number | null;
  readonly cursor: string | null;
}

/**
 * Writes what the viewer's own upstream sends. Resolves to the position at which a shared stream may take
 * over, or to undefined when the stream has ended. A new supergraph takes over directly when it listens to
 * the same upstream; otherwise the upstream is reopened behind the last event. Only an operation that is
 * invalid on the new supergraph ends.
 */
export async function readOwnStream(
  progress: Progress,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
  client: Client,
  /** An upstream that was opened already and is still to be read. */
  opened?: AsyncIterableIterator<SubgraphResponse>,
): Promise<HandOver | undefined> {
  const { cancellation } = client;
  let failure: { error: unknown } | null = null;
  let isSuperseded = false;
  let stop = () => {};
  let begun = opened;
  const replan = async () => {
    const { sourceKey } = progress.plan;
    try {
      progress.plan = await replanned(progress.plan, request, deps, cancellation);
    } catch (error) {
      failure = { error };
    }
    if (!failure && progress.plan.sourceKey === sourceKey) return;
    isSuperseded = true;
    stop();
  };
  const stopListening = deps.onSupergraph(() => void replan());
  cancellation.notify({ cancelled: () => stop() });
  try {
    // A supergraph that came while this was admitted, or between two attempts, was announced to no listener.
    if (progress.plan.operation.supergraph !== deps.supergraph()) await replan();
    if (isSuperseded) begun = undefined;
    while (!cancellation.isCancelled && !failure) {
      isSuperseded = false;
      // The upstream is read ahead of what the client has been sent, so its position is tracked separately.
      const place = { cursor: progress.cursor, silently: progress.hasCaughtUp };
      const events = stoppable((stopped) =>
        ownEvents(() => progress.plan, request, deps, { signal: stopped, place, begun }),
      );
      stop = () => {
        void events.return?.();
        void opened?.return?.();
      };
      begun = undefined;
      for await (const { event, cursor, mark, isCaughtUp } of events) {
        if (event) await written(event, client);
        progress.hasBegun ||= event !== null;
        progress.cursor = cursor ?? progress.cursor;
        progress.hasCaughtUp ||= isCaughtUp;
        if (mark?.shared && (await deps.shared.mayShare(progress.plan, request))) {
          return { position: mark.position ?? null, cursor };
        }
      }
      if (!isSuperseded) return undefined;
    }
    if (failure) throw (failure as { error: unknown }).error;
    return undefined;
  } finally {
    stopListening();
    void opened?.return?.();
    cancellation.notify(null);
  }
}
