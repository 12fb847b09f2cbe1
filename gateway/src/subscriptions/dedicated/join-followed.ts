import type { SubgraphResponse } from '@souk/engine';
import { pullIterator, STOPPED } from '@souk/runtime/async';
import { readMark } from '@souk/runtime/events';
import { isLoss } from '../../upstream/loss.ts';
import { payerOf } from '../event-work.ts';
import type { SubscriptionRequest } from '../plan-subscription.ts';
import { itemOf, parsedEvent } from '../resume/upstream-events.ts';
import {
  type Client,
  type Progress,
  type SubscriptionDeps,
  written,
} from '../subscription-client.ts';
import { completedForAll } from './completed-for-all.ts';
import type { HandOver } from './read-own-stream.ts';

/**
 * The viewer was let in at once, or has an open upstream that is to be read in the usual way; null: neither.
 */
type Joined =
  | { readonly from: HandOver; readonly opened?: undefined }
  | { readonly opened: AsyncIterableIterator<SubgraphResponse>; readonly from?: undefined }
  | null;

/**
 * The fast path for viewers who join a stream that others already follow. Usually the first item they are
 * sent says that they are let in, and is the same for all who join in one turn: it is completed once, and
 * nothing is built for reading more of a subscription that ends with it. When any other item is sent, the
 * viewer takes the usual way.
 */
export async function joinFollowed(
  progress: Progress,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
  client: Client,
): Promise<Joined> {
  const { plan, hasCaughtUp } = progress;
  const { cancellation } = client;
  if (plan.operation.supergraph !== deps.supergraph()) return null;
  if (!(await deps.shared.isFollowed(plan, request))) return null;
  const source = await sourceOf(progress, request);
  if (!source || cancellation.isCancelled) return null;
  const left = new AbortController();
  const leave = () => left.abort(STOPPED);
  const stopListening = deps.onSupergraph(leave);
  cancellation.notify({ cancelled: leave });
  try {
    const context = { ...request.context(), joins: true };
    const events = await deps.transport.subscribe({ ...source, context }, left.signal);
    const { value: first } = await events.next();
    if (!first || left.signal.aborted) return null;
    const item = parsedEvent(first);
    const { data } = item;
    const mark = readMark(item.extensions?.stream);
    const isRefused = data === undefined && item.errors !== undefined;
    if (!mark?.shared || isRefused || !deps.work.isAllowed(payerOf(context))) {
      return { opened: beginningWith(first, events) };
    }
    const { cursor, kind } = itemOf(item, plan.resumption);
    const isCaughtUp = kind === 'CaughtUp';
    if (data !== undefined && !(isCaughtUp && hasCaughtUp)) {
      await written(
        await completedForAll(first, cursor, { plan, request, work: deps.work }),
        client,
      );
      progress.hasBegun = true;
    }
    progress.hasCaughtUp ||= isCaughtUp;
    void events.return?.();
    return { from: { position: mark.position ?? null, cursor } };
  } catch (error) {
    // The usual way tries again, for as long as it may.
    if (isLoss(error)) return null;
    throw error;
  } finally {
    stopListening();
    cancellation.notify(null);
  }
}

/**
 * The request to the subgraph; null when it cannot be formed, in which case the usual way reports the reason.
 */
async function sourceOf({ plan, cursor }: Progress, request: SubscriptionRequest) {
  const { operation, prepared, resumption, source } = plan;
  if (!resumption || cursor === null) return source;
  const { variables } = request;
  const all = { ...variables, [resumption.variable]: cursor };
  const { engine } = operation.supergraph;
  const opened = await engine.openSubscription(prepared, all, request.context());
  return opened.kind === 'source' ? opened.request : null;
}

/** The rest of an iterator, preceded by the item that was taken from it. */
function beginningWith<Item extends {}>(
  first: Item,
  rest: AsyncIterableIterator<Item>,
): AsyncIterableIterator<Item> {
  let unread: Item | null = first;
  return pullIterator<Item>({
    next: async () => {
      const item = unread;
      unread = null;
      if (item) return item;
      const { done, value } = await rest.next();
      return done ? null : value;
    },
    leave: () => rest.return?.(),
  });
}
