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

/** Where a shared stream takes over: behind this. */
export interface HandOver {
  /** Null where streams have no positions. */
  readonly position: number | null;
  readonly cursor: string | null;
}

/**
 * Writes what the viewer's own upstream sends. Resolves to where a shared stream may take over, or
 * undefined when all has been said. A new supergraph takes over where it listens to the same
 * upstream; where it does not, the upstream is opened anew behind the last event. Only an operation
 * that it has no place for ends.
 */
export async function readOwnStream(
  progress: Progress,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
  client: Client,
  /** What was opened for it already and is still to be read. */
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
    // A supergraph that came while this was admitted, or between two tries, was announced to nobody.
    if (progress.plan.operation.supergraph !== deps.supergraph()) await replan();
    if (isSuperseded) begun = undefined;
    while (!cancellation.isCancelled && !failure) {
      isSuperseded = false;
      // The upstream is read ahead of what the client has been sent, so it has a place of its own.
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
