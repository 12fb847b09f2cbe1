import type { Logger } from '@souk/runtime/process';
import { type Indexed, IndexedSet } from '../indexed-set.ts';
import type { GatewaySupergraph } from './gateway-supergraph.ts';
import type { SupergraphSource } from './supergraph-source.ts';

/** The supergraph that is served, and the next one whenever there is another. */
export interface ServedSupergraphs {
  /** The supergraph that new operations run on. Throws before the first is loaded. */
  current(): GatewaySupergraph;
  /** Calls back after every change of the supergraph; returns how to stop. */
  onChange(changed: (supergraph: GatewaySupergraph) => void): () => void;
  /** Loads the first one and watches for others; rejects when it cannot be served. */
  start(): Promise<void>;
  stop(): void;
}

interface Listener extends Indexed {
  changed(supergraph: GatewaySupergraph): void;
}

export interface ServedSupergraphsOptions {
  source: SupergraphSource;
  /** Throws when the text cannot be served. */
  load(sdl: string): GatewaySupergraph;
  logger: Logger;
}

/** What runs on a supergraph ends on it, even when a new one comes meanwhile. */
export function createServedSupergraphs({
  source,
  load,
  logger,
}: ServedSupergraphsOptions): ServedSupergraphs {
  const listeners = new IndexedSet<Listener>();
  let current: GatewaySupergraph | null = null;
  let stopWatching = () => {};
  /** Of the texts that were read, in order. */
  let lastTurn = 0;

  /** One that can be served; what is refused is closed. */
  const loaded = async (sdl: string): Promise<GatewaySupergraph> => {
    const supergraph = load(sdl);
    try {
      await supergraph.engine.ready;
      return supergraph;
    } catch (error) {
      supergraph.engine.close();
      throw error;
    }
  };

  const serve = (supergraph: GatewaySupergraph) => {
    current = supergraph;
    for (const { changed } of [...listeners]) changed(supergraph);
  };

  /** A supergraph that cannot be served changes nothing: the last good one stays. */
  const replace = async (sdl: string) => {
    const turn = ++lastTurn;
    try {
      const next = await loaded(sdl);
      // A later text has been read meanwhile, or the gateway has stopped.
      if (turn !== lastTurn) return next.engine.close();
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
      const first = await loaded(await source.load());
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

/** What is wrong and where, in words; GraphQL errors print the place in the text. */
const problemOf = (error: unknown) => String(error instanceof Error ? error : String(error));
