import type { z } from 'zod';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../../souk.config.ts';

export type { SubgraphName };
export { SUBGRAPH_NAMES as SUBGRAPHS };

/** One kind of event: a contract with everybody who reads the log or consumes it. */
export interface EventDefinition<Payload = unknown> {
  /** Incremented when the payload changes so that its schema no longer reads older payloads. */
  version: number;
  /** One sentence for the catalogue: what has happened. */
  summary: string;
  payload: z.ZodType<Payload>;
  /**
   * The payloads of earlier versions, each converted to the current one: the log and the queues still contain
   * them when a new version is installed.
   */
  earlier?: Readonly<Record<number, z.ZodType<Payload>>>;
  /** Subgraphs whose worker gets it; none means that it only drives live streams. */
  consumedBy: readonly SubgraphName[];
  /** The object that it is news of, for consumers that must not answer from older news (see `NewsMarks`). */
  newsOf?: (payload: Payload) => string;
  /** Gateways learn of each one as soon as it is recorded, whichever stream it belongs to. */
  heardByGateways?: true;
}

export const defineEvent = <Payload>(
  definition: EventDefinition<Payload>,
): EventDefinition<Payload> => definition;
