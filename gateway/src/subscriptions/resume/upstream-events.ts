import { setTimeout as delay } from 'node:timers/promises';
import { refusalFrom, SubgraphFault, type SubgraphResponse } from '@souk/engine';
import { readMark, type StreamMark } from '@souk/runtime/events';
import { type Logger, warnCounted } from '@souk/runtime/process';
import { IDENTITY_REFUSED } from '@souk/runtime/subgraph';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isLoss } from '../../upstream/loss.ts';
import { saysNotNow } from '../../upstream/not-now.ts';
import { rememberRefusal } from '../../upstream/refusals.ts';
import { UpstreamBehind, UpstreamLost } from '../../upstream/websocket/upstream-sockets.ts';
import type { Resumption } from './resumable.ts';

export type EventResponse = Exclude<SubgraphResponse, { text: string }>;

/** An upstream event with its position in the stream, if it has one. */
export interface UpstreamEvent {
  /** Null for items that clients are not sent: a mark alone, or that the gateway has caught up again. */
  readonly response: SubgraphResponse | null;
  readonly cursor: string | null;
  readonly mark: StreamMark | null;
  /** The end of the replay, whether or not the client is sent it. */
  readonly isCaughtUp: boolean;
}

/** How far a client has come in its stream. */
export interface UpstreamPlace {
  /** Continue behind this; null: where the operation says. */
  cursor: string | null;
  /** The client was sent that it has caught up; the gateway's own catching up again is not sent. */
  silently: boolean;
}

export interface UpstreamOptions {
  /** Subscribes; `variables` replace those of the operation when a stream is resumed. */
  open(
    variables: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<AsyncIterableIterator<SubgraphResponse>>;
  /** Names the subscription in the log, and to the client when the error itself may not be shown. */
  requestId: string;
  resumption: Resumption | null;
  /** Read at each opening and advanced with each event. */
  place: UpstreamPlace;
  signal: AbortSignal;
  logger: Logger;
  /** Milliseconds without an upstream after which the client gets an error. */
  giveUpAfterMs?: number;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * The events of one upstream subscription, across lost connections: a lost one is reopened and continued
 * after the last event seen, so nobody downstream notices. One without cursors would start again from the
 * beginning, so its loss is an error. The exception are streams of states, which our own subgraphs mark: they
 * begin with the current state. An answer without data ends the stream with the subgraph's errors, unless
 * they are temporary.
 */
export async function* upstreamEvents(
  options: UpstreamOptions,
): AsyncGenerator<UpstreamEvent, void, undefined> {
  const { open, resumption, place, signal, logger, giveUpAfterMs = 30_000 } = options;
  const refused = (error: GraphQLFormattedError | undefined): GraphQLError => {
    const { requestId } = options;
    const refusal = refusalFrom(error ?? { message: 'no data and no errors' }, requestId);
    if (refusal.extensions.code !== error?.extensions?.code) {
      logger.warn({ err: error, requestId }, 'a subgraph refused a subscription');
    }
    return rememberRefusal(error, refusal);
  };
  let lostAt: number | null = null;
  let attempt = 0;
  let hasBegun = false;
  let isMarked = false;
  while (!signal.aborted) {
    let resuming = place.silently;
    try {
      const continued = resumption && place.cursor !== null;
      const events = await open(continued ? { [resumption.variable]: place.cursor } : {}, signal);
      for await (const event of events) {
        const response = parsedEvent(event);
        const mark = readMark(response.extensions?.stream);
        isMarked ||= mark !== null;
        if (response.data === undefined) {
          const [error] = response.errors ?? [];
          if (error?.extensions?.code === IDENTITY_REFUSED) throw new UpstreamLost(error.message);
          if (error && saysNotNow(error)) throw new UpstreamLost(error.message);
          if (error || !mark) throw refused(error);
          yield { response: null, cursor: null, mark, isCaughtUp: false };
          continue;
        }
        lostAt = null;
        attempt = 0;
        hasBegun = true;
        const { cursor, kind } = itemOf(response, resumption);
        place.cursor = cursor ?? place.cursor;
        const isCaughtUp = kind === 'CaughtUp';
        if (isCaughtUp) {
          place.silently = true;
          const isNews = !resuming;
          resuming = false;
          if (!isNews) {
            yield { response: null, cursor, mark, isCaughtUp };
            continue;
          }
        }
        yield { response: event, cursor, mark, isCaughtUp };
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isLoss(error)) throw error;
      hasBegun ||= error instanceof UpstreamLost && error.wasOpen;
      if (!resumption && hasBegun && !isMarked) throw lost();
      if (error instanceof UpstreamBehind) continue;
      lostAt ??= Date.now();
      if (Date.now() - lostAt > giveUpAfterMs) throw unavailable(error);
      const wait =
        Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
      attempt += 1;
      const { message: reason } = error as Error;
      warnCounted(logger, 'an upstream subscription was lost', { reason, attempt });
      await delay(wait, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}

/** A result with its parts as plain values. */
export const parsedEvent = (event: SubgraphResponse): EventResponse =>
  'text' in event ? JSON.parse(event.text) : event;

/** What an item says about its position, and which kind of item it is. */
export function itemOf(response: EventResponse, resumption: Resumption | null) {
  // Subscriptions have one root field, whatever response name it was given.
  const [event] = Object.values(response.data ?? {});
  if (!resumption || typeof event !== 'object' || event === null) {
    return { cursor: null, kind: null };
  }
  const own = event as Record<string, unknown>;
  const { [resumption.cursorKey]: cursor, [resumption.kindKey]: kind } = own;
  return { cursor: typeof cursor === 'string' ? cursor : null, kind };
}

const lost = () =>
  new GraphQLError('The stream was interrupted and cannot be continued. Subscribe again.', {
    extensions: { code: 'SUBSCRIPTION_LOST' },
  });

const unavailable = (error: unknown) =>
  new GraphQLError('This part of the graph is not available at the moment.', {
    extensions: { code: error instanceof SubgraphFault ? error.code : 'SUBGRAPH_UNAVAILABLE' },
  });
