import type { SubgraphResponse } from '@souk/engine';
import type { StreamMark } from '@souk/runtime/events';
import type { Logger } from '@souk/runtime/process';
import type { GatewayTransport } from '../../upstream/transport.ts';
import { EncodedEvent, extensionsAt } from '../encoded-event.ts';
import { completing } from '../event-telemetry.ts';
import { type EventWork, payerOf } from '../event-work.ts';
import { EVENTS_AHEAD, inOrder } from '../in-order.ts';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';
import { type UpstreamPlace, upstreamEvents } from '../resume/upstream-events.ts';

/** An event of a viewer's own upstream subscription. */
export interface OwnEvent {
  /** Null for an item that only concerns the gateway. */
  readonly event: EncodedEvent | null;
  /** The event's own position: the upstream may be further on, since it is read ahead. */
  readonly cursor: string | null;
  readonly mark: StreamMark | null;
  readonly isCaughtUp: boolean;
}

export interface OwnEventsDeps {
  readonly transport: GatewayTransport;
  readonly work: EventWork;
  readonly shared: {
    /** Whether others follow the same through a shared stream, which will take over this subscription. */
    isFollowed(plan: SubscriptionPlan, request: SubscriptionRequest): Promise<boolean>;
  };
  readonly logger: Logger;
  /** Milliseconds without an upstream after which the client gets an error. */
  readonly resumeWithinMs: number;
}

/**
 * The events of a subscription that is opened for one viewer, each completed for that viewer with the plan of
 * that moment.
 */
export function ownEvents(
  planNow: () => SubscriptionPlan,
  request: SubscriptionRequest,
  { transport, work, shared, logger, resumeWithinMs }: OwnEventsDeps,
  {
    signal,
    place,
    begun,
  }: {
    signal: AbortSignal;
    place: UpstreamPlace;
    /** An upstream subscription that is already open, to be read before another is opened. */
    begun?: AsyncIterableIterator<SubgraphResponse> | undefined;
  },
): AsyncGenerator<OwnEvent, void, undefined> {
  const { resumption, sourceKey } = planNow();
  let opened = planNow();
  /** An event from an upstream is completed by a plan that listens to that upstream. */
  const planFor = () => (planNow().sourceKey === sourceKey ? planNow() : opened);
  let unread = begun;
  const events = upstreamEvents({
    open: async (variables, until) => {
      if (unread) {
        const known = unread;
        unread = undefined;
        return known;
      }
      opened = planFor();
      const { operation, prepared } = opened;
      const own = request.variables;
      const all = { ...own, ...resumption?.initially(own), ...variables };
      const { engine } = operation.supergraph;
      const joins = await shared.isFollowed(opened, request);
      const context = { ...request.context(), joins };
      const source = await engine.openSubscription(prepared, all, context);
      if (source.kind === 'failed') throw source.errors[0];
      return transport.subscribe(source.request, until);
    },
    requestId: request.context().requestId,
    resumption,
    place,
    signal,
    logger,
    giveUpAfterMs: resumeWithinMs,
  });
  return inOrder(events, EVENTS_AHEAD, async ({ response, cursor, mark, isCaughtUp }) => {
    if (!response) return { event: null, cursor, mark, isCaughtUp };
    const payer = payerOf(request.context());
    await work.allowed(payer, signal);
    return work.turn(payer, async () => {
      const { operation, prepared } = planFor();
      const completion = completing(mark, request.context().trace);
      const trace = completion.span?.context;
      const context = { ...request.context(), extensions: extensionsAt(cursor), trace };
      const { engine } = operation.supergraph;
      const { variables } = request;
      const text = await engine.completeEvent(prepared, variables, response, context);
      completion.end();
      work.charge(payer, text);
      return { event: new EncodedEvent(text, cursor, trace), cursor, mark, isCaughtUp };
    });
  });
}
