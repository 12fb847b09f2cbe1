import { ownProperty } from '../own-property.ts';
import { isNotNow } from '../upstream/not-now.ts';
import { isRefusal } from '../upstream/refusals.ts';
import { pauseAfter } from '../upstream/retry-pause.ts';
import { joinFollowed } from './dedicated/join-followed.ts';
import { type HandOver, readOwnStream } from './dedicated/read-own-stream.ts';
import type { EncodedEvent } from './encoded-event.ts';
import type { SubscriptionPlan, SubscriptionRequest } from './plan-subscription.ts';
import { isGone, replanned } from './replan.ts';
import type { Detachment } from './shared/subscriber.ts';
import { StreamInterrupted } from './stream-interrupted.ts';
import {
  type Client,
  type Progress,
  publicOf,
  type SubscriptionDeps,
  written,
} from './subscription-client.ts';

/**
 * The state of a client's subscription. It begins with a dedicated upstream, until the subgraph says that the
 * viewer sees what everybody sees. Then it follows the shared stream of all such viewers, until something
 * detaches it, after which it has a dedicated upstream again. docs/shared-streams.md describes the protocol.
 */
type State =
  | {
      readonly kind: 'dedicated';
      /** Set while a viewer's access is checked: the event that is sent last if access has ended. */
      readonly reauthorising: { readonly finalEvent: EncodedEvent | null } | null;
    }
  | { readonly kind: 'shared'; readonly from: HandOver }
  | { readonly kind: 'detached'; readonly detachment: Rejoining }
  | { readonly kind: 'ended' };

type Rejoining = Extract<Detachment, { kind: 'behind' | 'reauthorise' }>;

const ENDED: State = { kind: 'ended' };
const DEDICATED: State = { kind: 'dedicated', reauthorising: null };

/** A client that has followed a shared stream for this long was not detached at once. */
const SETTLED_MS = 5_000;

/** One client's subscription, from its start until there is nothing more to send. */
export class SubscriptionRun {
  readonly #request: SubscriptionRequest;
  readonly #deps: SubscriptionDeps;
  readonly #client: Client;
  readonly #progress: Progress;
  /** It has followed a shared stream, so everything it was sent so far was complete. */
  #hasShared = false;
  /** How often its upstream became dedicated again without anything having been sent. */
  #tries = 0;
  #failingSince: number | null = null;
  #followsSince = 0;

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
    const { cancellation } = this.#client;
    try {
      let state: State = DEDICATED;
      while (state.kind !== 'ended' && !cancellation.isCancelled) {
        if (state.kind === 'shared') {
          // Awaited here, since each function that waits for a long time keeps half a kilobyte.
          const { detached } = await this.#follow(state.from);
          state = this.#leftWith(await detached);
        } else state = await this.#next(state);
      }
    } catch (error) {
      if (cancellation.isCancelled) return;
      if (this.#progress.hasBegun && isNotNow(error)) throw new StreamInterrupted({ cause: error });
      if (error instanceof StreamInterrupted) throw error;
      throw publicOf(error, this.#request, this.#deps.logger);
    }
  }

  #next(state: Exclude<State, { kind: 'ended' | 'shared' }>): Promise<State> {
    switch (state.kind) {
      case 'dedicated':
        return this.#dedicated(state);
      case 'detached':
        return this.#detached(state.detachment);
    }
  }

  async #dedicated(state: Extract<State, { kind: 'dedicated' }>): Promise<State> {
    try {
      const from = await this.#handedOver();
      this.#failingSince = null;
      return from ? { kind: 'shared', from } : ENDED;
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

  /**
   * Resolves to the position at which a shared stream may take over, or to undefined when the stream has
   * ended.
   */
  async #handedOver(): Promise<HandOver | undefined> {
    const progress = this.#progress;
    const request = this.#request;
    const joined = await joinFollowed(progress, request, this.#deps, this.#client);
    if (joined?.from) return joined.from;
    return readOwnStream(progress, request, this.#deps, this.#client, joined?.opened);
  }

  /** Called before an upstream is retried; throws an error that no retry can fix. */
  async #pauseAfter(error: unknown): Promise<void> {
    this.#tries += 1;
    // A temporary error has been retried for as long as allowed already.
    if (!this.#hasShared || isRefusal(error) || isGone(error) || isNotNow(error)) throw error;
    this.#failingSince ??= Date.now();
    if (Date.now() > this.#failingSince + this.#deps.resumeWithinMs) {
      throw new StreamInterrupted({ cause: error });
    }
    await this.#client.cancellation.pause(pauseAfter(this.#tries));
  }

  /** Moves to the shared stream. */
  async #follow(from: HandOver) {
    const progress = this.#progress;
    this.#hasShared = true;
    progress.cursor = from.cursor ?? progress.cursor;
    progress.hasBegun = true;
    progress.hasCaughtUp = true;
    progress.plan = await replanned(
      progress.plan,
      this.#request,
      this.#deps,
      this.#client.cancellation,
    );
    this.#followsSince = Date.now();
    const { plan, cursor } = progress;
    const { sink, cancellation } = this.#client;
    const request = this.#request;
    const userId = request.context().viewer?.userId ?? null;
    const { position } = from;
    const subscriber = { userId, position, cursor, sink, cancellation, request };
    return this.#deps.shared.follow(plan, request, subscriber);
  }

  #leftWith(detachment: Detachment): State {
    const progress = this.#progress;
    const isSettled = Date.now() > this.#followsSince + SETTLED_MS;
    if (detachment.cursor !== progress.cursor || isSettled) this.#tries = 0;
    progress.cursor = detachment.cursor;
    switch (detachment.kind) {
      case 'cancelled':
        return ENDED;
      case 'moved':
        return { kind: 'shared', from: detachment };
      default:
        return { kind: 'detached', detachment };
    }
  }

  async #detached(detachment: Rejoining): Promise<State> {
    const isBehind = detachment.kind === 'behind';
    // A client that is detached again and again without being sent anything rejoins at a slower pace.
    if (isBehind && this.#tries > 0) await this.#client.cancellation.pause(pauseAfter(this.#tries));
    this.#tries += 1;
    return isBehind
      ? DEDICATED
      : { kind: 'dedicated', reauthorising: { finalEvent: detachment.finalEvent } };
  }
}

/** The client continues behind a cursor that it was sent before. */
const isContinued = ({ resumption }: SubscriptionPlan, { variables }: SubscriptionRequest) => {
  if (!resumption) return false;
  const given = { ...variables, ...resumption.initially(variables) };
  return ownProperty(given, resumption.variable) != null;
};
