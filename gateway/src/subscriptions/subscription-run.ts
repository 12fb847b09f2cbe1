import { ownProperty } from '../own-property.ts';
import { type HandOver, readOwnStream } from './dedicated/read-own-stream.ts';
import type { EncodedEvent } from './encoded-event.ts';
import { isNotNow, StreamInterrupted } from './not-now.ts';
import type { SubscriptionPlan, SubscriptionRequest } from './plan-subscription.ts';
import { isRefusal } from './refusals.ts';
import { isGone, replanned } from './replan.ts';
import { pauseAfter } from './retry-pause.ts';
import type { Parting } from './shared/subscriber.ts';
import {
  type Client,
  type Progress,
  publicOf,
  type SubscriptionDeps,
  written,
} from './subscription-client.ts';

/**
 * Where a client is on its way. It begins alone, with an upstream of its own, until the subgraph says
 * that it sees what everybody sees. Then it follows the stream of all who do, until something detaches
 * it, which leaves it alone again. The protocol behind it is docs/shared-streams.md.
 */
type State =
  | {
      readonly kind: 'alone';
      /** What is told last to a viewer whose access is asked about, if they have none any more. */
      readonly reauthorising: { readonly finalEvent: EncodedEvent | null } | null;
    }
  | { readonly kind: 'following'; readonly from: HandOver }
  | { readonly kind: 'detached'; readonly parting: Detachment }
  | { readonly kind: 'ended' };

type Detachment = Extract<Parting, { kind: 'behind' | 'reauthorise' }>;

const ENDED: State = { kind: 'ended' };
const ALONE: State = { kind: 'alone', reauthorising: null };

/** Who has followed a stream for so long was not detached at once. */
const SETTLED_MS = 5_000;

/** One client's subscription, from its start until there is nothing more to tell. */
export class SubscriptionRun {
  readonly #request: SubscriptionRequest;
  readonly #deps: SubscriptionDeps;
  readonly #client: Client;
  readonly #progress: Progress;
  /** It has followed a shared stream, so that what it is told so far came in full. */
  #hasFollowed = false;
  /** Times that it was alone again without having been told anything worth mentioning. */
  #tries = 0;
  #failingSince: number | null = null;

  constructor(
    plan: SubscriptionPlan,
    request: SubscriptionRequest,
    deps: SubscriptionDeps,
    client: Client,
  ) {
    this.#request = request;
    this.#deps = deps;
    this.#client = client;
    this.#progress = {
      plan,
      cursor: client.after ?? null,
      hasCaughtUp: false,
      hasBegun: client.after !== undefined || isContinued(plan, request),
    };
  }

  async run(): Promise<void> {
    const { departure } = this.#client;
    try {
      let state: State = ALONE;
      while (state.kind !== 'ended' && !departure.hasLeft) state = await this.#next(state);
    } catch (error) {
      if (departure.hasLeft) return;
      if (this.#progress.hasBegun && isNotNow(error)) throw new StreamInterrupted({ cause: error });
      if (error instanceof StreamInterrupted) throw error;
      throw publicOf(error, this.#request, this.#deps.logger);
    }
  }

  #next(state: Exclude<State, { kind: 'ended' }>): Promise<State> {
    switch (state.kind) {
      case 'alone':
        return this.#alone(state);
      case 'following':
        return this.#following(state.from);
      case 'detached':
        return this.#detached(state.parting);
    }
  }

  async #alone(state: Extract<State, { kind: 'alone' }>): Promise<State> {
    try {
      const from = await readOwnStream(this.#progress, this.#request, this.#deps, this.#client);
      this.#failingSince = null;
      return from ? { kind: 'following', from } : ENDED;
    } catch (error) {
      const { reauthorising } = state;
      if (reauthorising && isRefusal(error)) {
        if (reauthorising.finalEvent) await written(reauthorising.finalEvent, this.#client);
        return ENDED;
      }
      await this.#pauseAfter(error);
      return state;
    }
  }

  /** Before an upstream is tried again; throws what no other try will mend. */
  async #pauseAfter(error: unknown): Promise<void> {
    this.#tries += 1;
    // What says "not now" has been tried for as long as it may be already.
    if (!this.#hasFollowed || isRefusal(error) || isGone(error) || isNotNow(error)) throw error;
    this.#failingSince ??= Date.now();
    if (Date.now() > this.#failingSince + this.#deps.resumeWithinMs) {
      throw new StreamInterrupted({ cause: error });
    }
    await this.#client.departure.pause(pauseAfter(this.#tries));
  }

  async #following(from: HandOver): Promise<State> {
    const progress = this.#progress;
    this.#hasFollowed = true;
    progress.cursor = from.cursor ?? progress.cursor;
    progress.hasBegun = true;
    progress.hasCaughtUp = true;
    progress.plan = await replanned(
      progress.plan,
      this.#request,
      this.#deps,
      this.#client.departure,
    );
    const since = Date.now();
    const parting = await this.#follow(from.position);
    if (parting.cursor !== progress.cursor || Date.now() > since + SETTLED_MS) this.#tries = 0;
    progress.cursor = parting.cursor;
    switch (parting.kind) {
      case 'left':
        return ENDED;
      case 'moved':
        return { kind: 'following', from: parting };
      default:
        return { kind: 'detached', parting };
    }
  }

  #follow(position: number | null): Promise<Parting> {
    const { plan, cursor } = this.#progress;
    const { sink, departure } = this.#client;
    const request = this.#request;
    const userId = request.context().viewer?.userId ?? null;
    const subscriber = { userId, position, cursor, sink, departure, request };
    return this.#deps.shared.follow(plan, request, subscriber);
  }

  async #detached(parting: Detachment): Promise<State> {
    const isBehind = parting.kind === 'behind';
    // Detached again and again without having been told anything: not at full speed.
    if (isBehind && this.#tries > 0) await this.#client.departure.pause(pauseAfter(this.#tries));
    this.#tries += 1;
    return isBehind ? ALONE : { kind: 'alone', reauthorising: { finalEvent: parting.finalEvent } };
  }
}

/** The client goes on behind a cursor that it was told before. */
const isContinued = ({ resumption }: SubscriptionPlan, { variables }: SubscriptionRequest) => {
  if (!resumption) return false;
  const given = { ...variables, ...resumption.initially(variables) };
  return ownProperty(given, resumption.variable) != null;
};
