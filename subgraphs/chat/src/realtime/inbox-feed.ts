import { stoppable } from '@souk/runtime/async';
import type { SignedCursors } from '@souk/runtime/domain';
import {
  type LiveStreams,
  MAX_REPLAY,
  type RecordedEvent,
  roomStream,
  type StreamResetReason,
  type StreamRun,
  type StreamSet,
  userStream,
} from '@souk/runtime/events';
import type { StreamNotice, StreamPlace } from '@souk/runtime/subgraph';
import { placeOf, type WrittenPlace, writtenPlace } from '../domain/inbox-place.ts';
import type { Stores } from '../persistence/stores.ts';
import { type InboxProgress, startBehind, startNow } from './inbox-progress.ts';
import { createInboxSteps } from './inbox-steps.ts';

export interface InboxRequest<Shown extends object> {
  viewerId: string;
  after: string | null;
  /** False: of several messages in a room that are waiting, only the newest is shown. */
  everyMessage: boolean;
  /** An event as the client sees it, with those that it stands for, or null when it is not sent. */
  show(
    event: RecordedEvent,
    place: StreamPlace,
    earlier: readonly RecordedEvent[],
  ): Promise<Shown | null>;
}

/**
 * Everything that happens in all rooms of a person and in their own stream, as one stream. The log is the
 * truth: each event is read there by its place in its own stream, and a cursor says how far each stream was
 * sent (`InboxPlace`), so nothing is lost or doubled by a reconnect, nor by transactions that overtake each
 * other.
 */
export interface InboxFeed {
  /** The current heads of all of them. */
  head(viewerId: string): Promise<string>;
  follow<Shown extends object>(
    request: InboxRequest<Shown>,
  ): Promise<AsyncIterableIterator<Shown | StreamNotice>>;
}

export interface InboxFeedDeps {
  live: LiveStreams;
  reads: Pick<Stores, 'inbox'>;
  cursors: SignedCursors;
}

export function createInboxFeed({ live, reads, cursors }: InboxFeedDeps): InboxFeed {
  const purposeOf = (viewerId: string) => `inbox:${viewerId}`;
  const cursorOf = (viewerId: string, progress: InboxProgress) =>
    cursors.sign(purposeOf(viewerId), writtenPlace(progress.place()));

  /** Watches every stream before it reads their heads, so that nothing in between is missed. */
  const begin = async (viewerId: string, after: string | null, set: StreamSet) => {
    const written = after === null ? null : cursors.verify(purposeOf(viewerId), after);
    const asked = written === null ? null : placeOf(written as WrittenPlace);
    const own = userStream(viewerId);
    const known = await reads.inbox.heads(viewerId);
    const watched = new Set(known.rooms.map(({ roomId }) => roomId));
    await set.watch([own, ...[...watched].map(roomStream)]);
    const readAt = performance.now();
    const heads = await reads.inbox.heads(viewerId, asked);
    await set.watch(heads.rooms.map(({ roomId }) => roomStream(roomId)));
    const start =
      after === null
        ? startNow(heads)
        : asked
          ? startBehind(asked, heads, MAX_REPLAY)
          : 'CURSOR_EXPIRED';
    /** The database's clock, which gives events their times. */
    const now = () => new Date(heads.now.getTime() + performance.now() - readAt);
    return { heads, start, now, isHeadNews: (roomId: string) => watched.has(roomId) };
  };

  async function* items<Shown extends object>(
    { viewerId, everyMessage, show }: InboxRequest<Shown>,
    { heads, start: planned, now, isHeadNews }: Awaited<ReturnType<typeof begin>>,
    set: StreamSet,
  ): AsyncGenerator<Shown | StreamNotice, void, undefined> {
    const start = typeof planned === 'string' ? startNow(heads) : planned;
    const { progress } = start;
    const steps = createInboxSteps({ viewerId, everyMessage, set, start, now });
    const placeAt = (occurredAt: Date): StreamPlace => ({
      cursor: cursorOf(viewerId, progress),
      occurredAt,
    });
    const reset = (reason: StreamResetReason): StreamNotice => ({
      __typename: 'StreamReset',
      ...placeAt(now()),
      reason,
    });
    let sent = 0;
    async function* shown(run: StreamRun) {
      const made = steps.of(run);
      // The next event is no longer kept: this is reported rather than skipped.
      if (run.isGap) yield reset('CURSOR_EXPIRED');
      for (const { event, earlier, move } of made) {
        await move();
        const item = await show(event, placeAt(event.occurredAt), earlier);
        if (!item) continue;
        sent += 1;
        yield item;
      }
      steps.sent(run);
    }

    if (typeof planned === 'string') yield reset(planned);
    // Their own stream first: it says which rooms they came into meanwhile.
    set.start(userStream(viewerId), start.own, heads.own);
    for (let reached = start.own; reached < heads.own; ) {
      const run = await set.next();
      if (!run) return;
      yield* shown(run);
      reached = run.after;
    }
    await steps.startRooms(heads.rooms, isHeadNews);
    let isCaughtUp = false;
    for (;;) {
      if (!isCaughtUp && steps.isCaughtUp) {
        isCaughtUp = true;
        yield { __typename: 'CaughtUp', ...placeAt(now()), replayed: sent };
      }
      if (set.isSettled) progress.settled(now());
      const run = await set.next();
      if (!run) return;
      yield* shown(run);
    }
  }

  return {
    head: async (viewerId) =>
      cursorOf(viewerId, startNow(await reads.inbox.heads(viewerId)).progress),
    follow: async (request) => {
      const stopped = new AbortController();
      const set = live.followSet(stopped);
      try {
        const begun = await begin(request.viewerId, request.after, set);
        return stoppable(() => items(request, begun, set), {
          onOver: () => stopped.abort(),
          stopped,
        });
      } catch (error) {
        stopped.abort();
        throw error;
      }
    },
  };
}
