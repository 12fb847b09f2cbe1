import { setTimeout } from 'node:timers/promises';
import { PlanningUnavailable } from '@souk/engine';
import type { Logger } from '@souk/runtime/process';
import { type Indexed, IndexedSet } from '../indexed-set.ts';
import type { GatewaySupergraph } from './gateway-supergraph.ts';
import { isSameAccess } from './same-access.ts';
import type { SupergraphSource } from './supergraph-source.ts';

/** The supergraph that is currently served, and each one that replaces it. */
export interface ServedSupergraphs {
  /** The supergraph that new operations run on. Throws before the first is loaded. */
  current(): GatewaySupergraph;
  /** Calls back after every change of the supergraph; returns a function that stops this. */
  onChange(changed: (supergraph: GatewaySupergraph) => void): () => void;
  /** Loads the first supergraph and watches for others; rejects when it cannot be served. */
  start(): Promise<void>;
  stop(): void;
}

/** Resolves when a supergraph may be served; returns early when it is no longer wanted. */
export type WarmUp = (next: GatewaySupergraph, isWanted: () => boolean) => Promise<void>;

interface Listener extends Indexed {
  changed(supergraph: GatewaySupergraph): void;
}

export interface ServedSupergraphsOptions {
  source: SupergraphSource;
  /** Throws when the text cannot be served. */
  load(sdl: string): GatewaySupergraph;
  /** Prepares it before it is served. */
  warmUp?: WarmUp;
  logger: Logger;
}

/** How often loading a supergraph is retried after a temporary failure, with pauses that double. */
const MOST_TRIES = 6;
const FIRST_PAUSE_MS = 200;

/** Operations on a supergraph finish on it, even when a new one comes meanwhile. */
export function createServedSupergraphs({
  source,
  load,
  warmUp,
  logger,
}: ServedSupergraphsOptions): ServedSupergraphs {
  const listeners = new IndexedSet<Listener>();
  let current: GatewaySupergraph | null = null;
  let stopWatching = () => {};
  /** The number of texts read so far. */
  let lastTurn = 0;

  /**
   * Resolves when the supergraph can be served. A planning thread that was lost says nothing about the text:
   * another may load it, so this is retried as long as somebody waits for it.
   */
  const ready = async ({ engine }: GatewaySupergraph, isWanted: () => boolean): Promise<void> => {
    for (let tries = 1; isWanted(); tries += 1) {
      try {
        return await engine.ready;
      } catch (err) {
        if (!(err instanceof PlanningUnavailable) || tries === MOST_TRIES) throw err;
        logger.warn({ err }, 'a supergraph could not be loaded now; it is tried again');
        await setTimeout(FIRST_PAUSE_MS * 2 ** (tries - 1), undefined, { ref: false });
      }
    }
  };

  /** Null, and closed, when nobody waits for it any more; also closed when it cannot be served. */
  const loaded = async (
    sdl: string,
    isWanted: () => boolean,
  ): Promise<GatewaySupergraph | null> => {
    const supergraph = load(sdl);
    try {
      await ready(supergraph, isWanted);
      // Changed access rules must not be delayed by a warm-up.
      const isHarmless = !current || isSameAccess(current, supergraph);
      if (isHarmless) await warmUp?.(supergraph, isWanted);
    } catch (error) {
      supergraph.engine.close();
      throw error;
    }
    if (isWanted()) return supergraph;
    supergraph.engine.close();
    return null;
  };

  /** A listener that fails must not keep others from hearing of the new supergraph. */
  const serve = (supergraph: GatewaySupergraph) => {
    current = supergraph;
    for (const { changed } of [...listeners]) {
      try {
        changed(supergraph);
      } catch (err) {
        logger.error({ err }, 'something failed to take the new supergraph');
      }
    }
  };

  /** A supergraph that cannot be served changes nothing: the last valid one stays. */
  const replace = async (sdl: string) => {
    const turn = ++lastTurn;
    try {
      // Unless a later text has been read meanwhile, or the gateway has stopped.
      const next = await loaded(sdl, () => turn === lastTurn);
      if (!next) return;
      const before = current;
      serve(next);
      before?.engine.close();
      logger.info('the supergraph was replaced');
    } catch (err) {
      logger.error(
        { err, problem: problemOf(err) },
        'the new supergraph is refused; the last good one stays',
      );
    }
  };

  return {
    current: () => {
      if (!current) throw new Error('no supergraph is loaded');
      return current;
    },
    onChange: (changed) => {
      const listener = { changed, index: -1 };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start: async () => {
      const turn = lastTurn;
      const first = await loaded(await source.load(), () => turn === lastTurn);
      if (!first) return;
      stopWatching = source.watch((sdl) => void replace(sdl));
      serve(first);
    },
    stop: () => {
      lastTurn += 1;
      stopWatching();
      current?.engine.close();
    },
  };
}

/** The reason and place as text; GraphQL errors print their location. */
const problemOf = (error: unknown) => String(error instanceof Error ? error : String(error));
