import type { AnswerReceiver, FetchRequest } from '@souk/engine';
import type { GatewayContext } from './context.ts';
import { groupSameRequests } from './same-requests.ts';

/** A request of one viewer that waits to be sent together with equal ones of other viewers. */
export interface WaitingRequest {
  readonly request: FetchRequest<GatewayContext>;
  readonly receiver: AnswerReceiver;
}

/**
 * Executions of one operation that run at once, each for a different viewer. What they ask of a subgraph
 * waits until all of them wait, and is sent as one request.
 */
export interface ViewerBatch {
  /** Runs one of the executions. */
  run<Result>(execution: () => Promise<Result>): Promise<Result>;
  add(waiting: WaitingRequest, send: (batch: readonly WaitingRequest[]) => void): void;
}

/** Milliseconds after which waiting requests are sent, whatever the other executions wait for. */
const LONGEST_WAIT_MS = 25;
/** Viewers in one request. Their answers come as one response of up to 8 MB, which leaves 8 KB for each. */
const LARGEST_BATCH = 1_000;

export function createViewerBatch(): ViewerBatch {
  let running = 0;
  let waiting: WaitingRequest[] = [];
  let send: ((batch: readonly WaitingRequest[]) => void) | null = null;
  let isLookedAt = false;
  let longest: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(longest);
    longest = undefined;
    const batches = groupSameRequests(waiting, LARGEST_BATCH);
    waiting = [];
    for (const batch of batches) {
      try {
        send?.(batch);
      } catch (error) {
        // A timer has no caller that could handle the error.
        for (const { receiver } of batch) receiver.failed(error);
      }
    }
  };
  /** Checked at the end of this turn of the event loop: most executions begin in one turn. */
  const lookLater = () => {
    if (isLookedAt) return;
    isLookedAt = true;
    setImmediate(() => {
      isLookedAt = false;
      if (waiting.length > 0 && waiting.length >= running) flush();
    });
  };

  return {
    run: async (execution) => {
      running += 1;
      try {
        return await execution();
      } finally {
        running -= 1;
        lookLater();
      }
    },
    add: (request, sendBatch) => {
      send = sendBatch;
      waiting.push(request);
      longest ??= setTimeout(flush, LONGEST_WAIT_MS);
      lookLater();
    },
  };
}
