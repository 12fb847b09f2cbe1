import type { AnswerReceiver, FetchRequest } from '@souk/engine';
import type { GatewayContext } from './context.ts';
import { groupSameRequests } from './same-requests.ts';

/** A request of one viewer that waits to travel with the same one of others. */
export interface WaitingRequest {
  readonly request: FetchRequest<GatewayContext>;
  readonly receiver: AnswerReceiver;
}

/**
 * Executions of one operation that go on at once, each for another viewer. What they ask of a
 * subgraph waits until all of them wait, and travels together.
 */
export interface ViewerBatch {
  /** Runs one of the executions. */
  run<Result>(execution: () => Promise<Result>): Promise<Result>;
  add(waiting: WaitingRequest, send: (batch: readonly WaitingRequest[]) => void): void;
}

/** Milliseconds after which what waits is sent, whatever the other executions are waiting for. */
const LONGEST_WAIT_MS = 25;
/**
 * Viewers in one request. Their answers come as one response, which may have 8 MB: this leaves each
 * of them 8 KB.
 */
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
        // A timer has no caller that could take the error.
        for (const { receiver } of batch) receiver.failed(error);
      }
    }
  };
  /** Looked at when this turn of the event loop is over: most executions begin in one turn. */
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
