import { mapped } from '../async/mapped.ts';
import type { RecordedEvent } from '../events/event-log.ts';
import type {
  FollowOptions,
  LiveStreams,
  StreamItem,
  StreamResetReason,
} from '../events/live-streams.ts';
import { isBareMark, marked, markOf, type StreamMark } from '../events/stream-marks.ts';

/** A position in a stream, as clients see it. */
export interface StreamPlace {
  readonly cursor: string;
  readonly occurredAt: Date;
}

/** What every stream sends besides its events. */
export type StreamNotice = StreamPlace &
  (
    | { readonly __typename: 'CaughtUp'; readonly replayed: number }
    | { readonly __typename: 'StreamReset'; readonly reason: StreamResetReason }
  );

/** A stream, and what a viewer has to pass to follow it. */
export interface GuardedStream
  extends Pick<FollowOptions, 'stream' | 'mayRead' | 'reauthorise' | 'authorisedHead'> {
  /**
   * Called once, when nothing can be missed any more; throws for a viewer who may not follow. An earlier check
   * would let in viewers whose access ends before that moment, since no event would show it. Where one statement
   * reads both, `authorisedHead` takes its place.
   */
  authorise?: () => Promise<unknown>;
}

/** A stream that a client may follow, and how its events are shown. */
export interface FollowedStream<Shown extends object> extends GuardedStream {
  /** An event as the client sees it, or null when it is not sent. Loaders are fresh each time. */
  show(event: RecordedEvent, place: StreamPlace): Promise<Shown | null> | Shown | null;
  /**
   * Whether the viewer, once caught up, sees the same as everybody who may follow the stream. A function is called
   * when the viewer has been authorised.
   */
  shared?: boolean | (() => boolean);
  /** Called once, when nobody follows it any more or it could not be opened. */
  onOver?: () => void;
}

interface StreamContext {
  readonly live: LiveStreams;
  reload(): void;
}

interface StreamArguments {
  readonly after?: string | null | undefined;
}

/**
 * The resolver of a subscription that follows a stream of the event log after a cursor. `open` throws for viewers who
 * may not follow whatever happens; where access can end, `authorise` checks it.
 */
export function streamSubscription<
  Args extends object,
  Context extends StreamContext,
  Shown extends object,
>(open: (args: Args, context: Context) => Promise<FollowedStream<Shown>> | FollowedStream<Shown>) {
  return {
    subscribe: async (
      _: unknown,
      args: Args & StreamArguments,
      context: Context,
    ): Promise<AsyncIterableIterator<never>> =>
      (await follow(await open(args, context), args.after, context)) as never,
    // The event is the value of the field, whose fields were read when it was selected.
    resolve: (shown: unknown) => shown as Shown | StreamNotice,
  };
}

/** Follows a stream if the viewer may. */
export async function followAuthorised(
  live: LiveStreams,
  { stream, mayRead, reauthorise, authorise, authorisedHead }: GuardedStream,
  after: string | null | undefined,
): Promise<AsyncIterableIterator<StreamItem>> {
  const items = await live.follow({
    ...{ stream, after, authorisedHead },
    ...(mayRead && { mayRead }),
    ...(reauthorise && { reauthorise }),
  });
  try {
    await authorise?.();
    return items;
  } catch (error) {
    await items.return?.();
    throw error;
  }
}

async function follow<Shown extends object>(
  followed: FollowedStream<Shown>,
  after: string | null | undefined,
  context: StreamContext,
): Promise<AsyncIterableIterator<Shown | StreamNotice>> {
  const { show, shared = false, onOver = () => {} } = followed;
  const items = await followAuthorised(context.live, followed, after).catch((error) => {
    onOver();
    throw error;
  });
  let sent = 0;
  return selectItems<Shown | StreamNotice>(
    items,
    async (item) => {
      const { cursor, occurredAt } = item;
      const place: StreamPlace = { cursor, occurredAt };
      if (item.kind === 'reset') {
        return { __typename: 'StreamReset', ...place, reason: item.reason };
      }
      if (item.kind === 'caughtUp') {
        return { __typename: 'CaughtUp', ...place, replayed: Math.min(sent, item.replayed) };
      }
      context.reload();
      const shown = await show(item.event, place);
      if (shown && !isBareMark(shown)) sent += 1;
      return shown;
    },
    { shared: typeof shared === 'function' ? shared() : shared, onOver },
  );
}

/**
 * What a subscriber of a stream is sent: each item as mapped by `select`, without those it maps to null; a
 * mark that it gave an item is kept. When `select` fails, the stream is closed.
 */
function selectItems<Out extends object>(
  items: AsyncIterator<StreamItem, unknown, undefined>,
  select: (item: StreamItem) => Promise<Out | null> | Out | null,
  { shared, onOver }: { readonly shared: boolean; readonly onOver: () => void },
): AsyncIterableIterator<Out> {
  const markedItem = async (item: StreamItem) => {
    const selected = await select(item);
    if (selected === null) return null;
    const { kind, position, reauthorise } = item;
    const mark: StreamMark = {
      ...markOf(selected),
      position,
      ...(shared && kind === 'caughtUp' ? { shared } : {}),
      ...(reauthorise ? { reauthorise } : {}),
      ...(item.kind === 'event' && item.event.traceparent
        ? { traceparent: item.event.traceparent }
        : {}),
    };
    return marked(selected, mark);
  };
  return mapped(items, markedItem, onOver);
}
