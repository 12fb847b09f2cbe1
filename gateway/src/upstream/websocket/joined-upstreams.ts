import { type FetchRequest, type SubgraphResponse, textAt } from '@souk/engine';
import { STOPPED } from '@souk/runtime/async';
import { type GatewayContext, viewersNamed } from '../context.ts';
import { createGathering } from '../gathering.ts';
import { questionOf } from '../same-requests.ts';
import type { SubgraphCalls } from '../subgraph-calls.ts';
import { type BoundedChannel, createBoundedChannel } from './bounded-channel.ts';
import { UpstreamBehind } from './upstream-sockets.ts';

type Subscribe = SubgraphCalls['subscribe'];
type Events = Awaited<ReturnType<Subscribe>>;

/** A viewer who joins, until the group of the request is known. */
interface Joining {
  readonly request: FetchRequest<GatewayContext>;
  readonly signal: AbortSignal;
  opened(events: Events | Promise<Events>): void;
}

/** Viewers in one request; a thousand of them are named in 200 KB. */
const MOST_VIEWERS = 1_000;
/** Items that may wait for one viewer. */
const CAPACITY = 256;
/**
 * Milliseconds in which viewers who see what everybody sees are expected to have moved to the shared stream.
 */
const HANDED_OVER_MS = 1_000;

/** Milliseconds for which a subgraph that did not accept such a request is not sent another. */
const ALONE_MS = 10_000;

/**
 * Lets viewers who join the same stream at once, or while others wait to be let in, join by one request
 * (docs/shared-streams.md). Each gets a channel as if it were alone, up to the item from which the shared
 * subscription continues. Viewers that need more than that item, and all of them when the request breaks,
 * open a subscription of their own behind what they have.
 */
export function createJoinedUpstreams(subscribe: Subscribe): Subscribe {
  /** By the name of a subgraph: until when everybody opens a subscription of their own there. */
  const aloneUntil = new Map<string, number>();

  const openTogether = async (
    together: readonly Joining[],
    answered: () => void,
  ): Promise<void> => {
    const left = new AbortController();
    let present = together.length;
    const leave = (): void => {
      present -= 1;
      if (present === 0) left.abort(STOPPED);
    };
    const members = together.map((one) => new JoinedViewer(one.signal, leave));
    for (const [index, { opened }] of together.entries()) {
      opened((members[index] as JoinedViewer).channel);
    }
    const { request } = together[0] as Joining;
    let broken: { readonly error: unknown } | null = null;
    let isUnderstood = false;
    try {
      for await (const response of await subscribe(inNamesOf(together), left.signal)) {
        answered();
        const joined = joinedMarkOf(response);
        if (!joined) break;
        isUnderstood = true;
        for (const viewer of joined.viewers) members[viewer]?.got(response, joined);
      }
    } catch (error) {
      broken = { error };
    }
    answered();
    if (!isUnderstood && !left.signal.aborted) {
      aloneUntil.set(request.subgraph, Date.now() + ALONE_MS);
    }
    left.abort(STOPPED);
    for (const member of members) member.lost(broken);
  };
  const join = createGathering<Joining>({
    questionOf: ({ request }) => questionOf(request),
    atMost: MOST_VIEWERS,
    send: (together) => new Promise((answered) => void openTogether(together, answered)),
  });

  return (request, signal) => {
    if (Date.now() < (aloneUntil.get(request.subgraph) ?? 0)) return subscribe(request, signal);
    return new Promise((opened) => join({ request, signal, opened }));
  };
}

/** What one viewer gets from a request for several. */
class JoinedViewer {
  readonly channel: BoundedChannel<SubgraphResponse>;
  #leave: (() => void) | null;
  #handedOver: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal, leave: () => void) {
    this.#leave = leave;
    const stop = (): void => void this.channel.return?.();
    this.channel = createBoundedChannel<SubgraphResponse>({
      capacity: CAPACITY,
      onStop: () => this.#over(),
      onOver: () => {
        clearTimeout(this.#handedOver);
        signal.removeEventListener('abort', stop);
      },
      overflow: () => new UpstreamBehind(`more than ${CAPACITY} events wait`),
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  }

  got(response: SubgraphResponse, { isLast, isMarked }: JoinedMark): void {
    if (isMarked || saysAnything(response)) this.channel.push(response);
    if (!isLast) return;
    this.#over();
    if (!isMarked) {
      this.channel.end();
      return;
    }
    const goOnAlone = (): void =>
      this.channel.end(new UpstreamBehind('not handed over to a shared stream'));
    this.#handedOver = setTimeout(goOnAlone, HANDED_OVER_MS).unref();
  }

  /** The request has ended, or broken; viewers who have got their last item lose nothing. */
  lost(broken: { readonly error: unknown } | null): void {
    if (!this.#leave) return;
    this.#over();
    const ended = () => new UpstreamBehind('joined with others, whose request has ended');
    this.channel.end(broken ? broken.error : ended());
  }

  #over(): void {
    this.#leave?.();
    this.#leave = null;
  }
}

/** The same request on behalf of all these viewers, without a viewer of its own. */
function inNamesOf(together: readonly Joining[]): FetchRequest<GatewayContext> {
  const { request } = together[0] as Joining;
  const { requestId, trace } = request.context;
  const viewers = viewersNamed(together.map(({ request }) => request.context));
  return { ...request, context: { requestId, trace, viewer: null, many: true, viewers } };
}

/** The viewers of a response, by their index in the request: several may get the same one. */
interface JoinedMark {
  readonly viewers: readonly number[];
  readonly isLast: boolean;
  /** It has a mark of shared streams: with the last one, the shared subscription takes over. */
  readonly isMarked: boolean;
}

function joinedMarkOf(response: SubgraphResponse): JoinedMark | null {
  const extensions =
    'text' in response
      ? JSON.parse(textAt(response.text, ['extensions']) ?? '{}')
      : response.extensions;
  const { joined, stream } = (extensions ?? {}) as Record<string, unknown>;
  const { viewer, viewers = [viewer], isLast } = (joined ?? {}) as Record<string, unknown>;
  if (!areNumbers(viewers)) return null;
  return { viewers, isLast: isLast === true, isMarked: stream !== undefined };
}

const areNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');

/** False for the last response of a stream that ended by itself. */
const saysAnything = (response: SubgraphResponse): boolean =>
  'text' in response
    ? MEMBERS.some((name) => textAt(response.text, [name]) !== undefined)
    : MEMBERS.some((name) => response[name] !== undefined);

const MEMBERS = ['data', 'errors'] as const;
