import type { Logger } from '@souk/runtime/process';
import { GraphQLError } from 'graphql';
import type { Asker } from '../limits/rates/rates.ts';
import type { Operation } from '../pipeline/operation.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { Refusal } from '../pipeline/refusal.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { GatewayTransport } from '../upstream/transport.ts';
import type { Departure } from './departure.ts';
import type { EncodedEvent } from './encoded-event.ts';
import type { EventWork } from './event-work.ts';
import type { LiveSink } from './live-sink.ts';
import { isNotNow, StreamInterrupted } from './not-now.ts';
import { ownEvents } from './own-events.ts';
import {
  planSubscription,
  type SubscriptionPlan,
  type SubscriptionRequest,
} from './plan-subscription.ts';
import { isRefusal } from './refusals.ts';
import type { Parting } from './shared/follower.ts';
import type { SharedStreams } from './shared/shared-streams.ts';
import { stoppable } from './stoppable.ts';

/** A subscription that may run, before it is started. */
export interface AdmittedSubscription {
  /**
   * Runs it until it ends by itself or the client leaves; everything there is to tell is written to
   * the client's sink. Rejects with a GraphQLError that clients may see, or with StreamInterrupted.
   */
  run(client: Client): Promise<void>;
}

export interface Client {
  readonly sink: LiveSink;
  /** It left, or was sent away. */
  readonly departure: Departure;
  /** The cursor to continue behind, where the operation does not say. */
  readonly after?: string | undefined;
}

export interface SubscriptionDeps {
  pipeline: Pipeline;
  supergraph(): LoadedSupergraph;
  /** Calls back when the supergraph was replaced; returns how to stop. */
  onSupergraph(changed: (supergraph: LoadedSupergraph) => void): () => void;
  transport: GatewayTransport;
  shared: SharedStreams;
  work: EventWork;
  logger: Logger;
  /** Milliseconds for which a stream that was lost is tried again before its client is sent away. */
  resumeWithinMs: number;
}

/** The steps of the pipeline for an operation that has been understood, down to its plan. */
export async function admitSubscription(
  operation: Operation,
  request: SubscriptionRequest,
  asker: Asker,
  deps: SubscriptionDeps,
): Promise<AdmittedSubscription | Refusal> {
  try {
    const { admit } = deps.pipeline;
    const asked = admit.variables(operation, request.variables);
    if (asked instanceof Refusal) return asked;
    const refusal = await admit.request(asked, asker);
    if (refusal) return refusal;
    const plan = await planSubscription(operation, request);
    if (plan instanceof Refusal) return plan;
    return { run: (client) => run(plan, request, deps, client) };
  } catch (error) {
    return new Refusal([publicOf(error, request, deps.logger)]);
  }
}

/** How far a client has come, and by which plan. */
interface Progress {
  plan: SubscriptionPlan;
  cursor: string | null;
  /** It was told that it has caught up. */
  hasCaughtUp: boolean;
  /** It was told something, now or before it came back. */
  hasBegun: boolean;
}

/** Where a shared stream takes over: behind this. */
interface HandOver {
  /** Null where streams have no positions. */
  readonly position: number | null;
  readonly cursor: string | null;
}

/**
 * A client's way through its subscription: alone, with an upstream of its own, until the subgraph
 * says that it sees what everybody sees; then together with all who do, until something sets it
 * apart again. The protocol behind it is docs/shared-streams.md.
 */
async function run(
  first: SubscriptionPlan,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
  client: Client,
): Promise<void> {
  const { departure } = client;
  const progress: Progress = {
    plan: first,
    cursor: client.after ?? null,
    hasCaughtUp: false,
    hasBegun: client.after !== undefined || isContinued(first, request),
  };
  /** Undefined for one who was not sent away; else what to tell if they are not let in again. */
  let lastWord: EncodedEvent | null | undefined;
  let wasTogether = false;
  let tries = 0;
  let failingSince: number | null = null;
  try {
    while (!departure.hasLeft) {
      let handOver: HandOver | undefined;
      try {
        handOver = await alone(progress, request, deps, client);
        failingSince = null;
      } catch (error) {
        if (lastWord !== undefined && isRefusal(error)) {
          if (lastWord) await written(lastWord, client);
          return;
        }
        tries += 1;
        // What says "not now" has been tried for as long as it may be already.
        if (!wasTogether || isRefusal(error) || isGone(error) || isNotNow(error)) throw error;
        failingSince ??= Date.now();
        if (Date.now() > failingSince + deps.resumeWithinMs) {
          throw new StreamInterrupted({ cause: error });
        }
        await departure.pause(pauseAfter(tries));
        continue;
      }
      let parting: Parting | null = null;
      while (handOver && !departure.hasLeft) {
        progress.cursor = handOver.cursor ?? progress.cursor;
        wasTogether = true;
        progress.hasBegun = true;
        progress.hasCaughtUp = true;
        progress.plan = await replanned(progress.plan, request, deps);
        const since = Date.now();
        parting = await together(progress, handOver.position, request, deps, client);
        if (parting.cursor !== progress.cursor || Date.now() > since + SETTLED_MS) tries = 0;
        handOver = parting.kind === 'moved' ? parting : undefined;
        progress.cursor = parting.cursor;
      }
      if (!parting || parting.kind === 'left') return;
      lastWord = parting.kind === 'recheck' ? parting.lastWord : undefined;
      // Set apart again and again without having been told anything: not at full speed.
      if (parting.kind === 'behind' && tries > 0) await departure.pause(pauseAfter(tries));
      tries += 1;
    }
  } catch (error) {
    if (departure.hasLeft) return;
    const isInterrupted = progress.hasBegun && isNotNow(error);
    if (isInterrupted) throw new StreamInterrupted({ cause: error });
    throw error instanceof StreamInterrupted ? error : publicOf(error, request, deps.logger);
  }
}

/** The client goes on behind a cursor that it was told before. */
const isContinued = ({ resumption }: SubscriptionPlan, { variables }: SubscriptionRequest) => {
  if (!resumption) return false;
  const given = { ...variables, ...resumption.initially(variables) };
  return given[resumption.variable] != null;
};

/** Who has followed a stream for so long was not sent away at once. */
const SETTLED_MS = 5_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

const pauseAfter = (tries: number) =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10));

const together = (
  { plan, cursor }: Progress,
  position: number | null,
  request: SubscriptionRequest,
  { shared }: SubscriptionDeps,
  client: Client,
): Promise<Parting> => {
  const userId = request.context().viewer?.userId ?? null;
  const { sink, departure } = client;
  return shared.follow(plan, request, { userId, position, cursor, sink, departure, request });
};

/**
 * Writes what the viewer's own upstream tells. Resolves to where a shared stream may take over, or
 * undefined when all has been said. A new supergraph takes over where it listens to the same
 * upstream; where it does not, the upstream is opened anew behind the last event. Only an operation
 * that it has no place for ends.
 */
async function alone(
  progress: Progress,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
  client: Client,
): Promise<HandOver | undefined> {
  const { departure } = client;
  let failure: { error: unknown } | null = null;
  let isSuperseded = false;
  let stop = () => {};
  const replan = async () => {
    const { sourceKey } = progress.plan;
    try {
      progress.plan = await replanned(progress.plan, request, deps);
    } catch (error) {
      failure = { error };
    }
    if (!failure && progress.plan.sourceKey === sourceKey) return;
    isSuperseded = true;
    stop();
  };
  const stopListening = deps.onSupergraph(() => void replan());
  departure.tell({ left: () => stop() });
  try {
    while (!departure.hasLeft && !failure) {
      isSuperseded = false;
      // The upstream is read ahead of what the client has been told, so it has a place of its own.
      const place = { cursor: progress.cursor, silently: progress.hasCaughtUp };
      const events = stoppable((stopped) =>
        ownEvents(() => progress.plan, request, deps, { signal: stopped, place }),
      );
      stop = () => void events.return?.();
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
    departure.tell(null);
  }
}

async function written(event: EncodedEvent, { sink, departure }: Client): Promise<void> {
  while (!departure.hasLeft && !sink.write(event)) await sink.room();
}

/** The operation itself has no place any more. */
const isGone = (error: unknown) =>
  error instanceof GraphQLError && error.extensions.code === SCHEMA_CHANGED;

const SCHEMA_CHANGED = 'SUBSCRIPTION_SCHEMA_CHANGED';

/** The plan by the supergraph of this moment; throws when it has no place for the operation. */
async function replanned(
  plan: SubscriptionPlan,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
): Promise<SubscriptionPlan> {
  if (plan.operation.supergraph === deps.supergraph()) return plan;
  const next = await plannedNow(request, deps.pipeline);
  // Yet another supergraph may have come while this one's plan was made.
  if (!(next instanceof Refusal)) return replanned(next, request, deps);
  const [reason] = next.errors;
  throw new GraphQLError(
    `The schema has changed: ${reason?.message ?? 'this subscription is gone.'}`,
    { extensions: { code: SCHEMA_CHANGED } },
  );
}

async function plannedNow(
  request: SubscriptionRequest,
  { understand, admit }: Pipeline,
): Promise<SubscriptionPlan | Refusal> {
  const operation = understand(request.query, request.operationName);
  if (operation instanceof Refusal) return operation;
  const asked = admit.variables(operation, request.variables);
  return asked instanceof Refusal ? asked : planSubscription(operation, request);
}

/** A coded error may reach the client as it is; anything else is our fault and stays in the log. */
function publicOf(error: unknown, request: SubscriptionRequest, logger: Logger): GraphQLError {
  if (error instanceof GraphQLError && error.extensions.code) return error;
  const { requestId } = request.context();
  logger.error({ err: error, requestId }, 'a subscription failed');
  return new GraphQLError('Something went wrong on our side.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  });
}
