import type { z } from 'zod';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../../souk.config.ts';

export type { SubgraphName };
export { SUBGRAPH_NAMES as SUBGRAPHS };

/** One kind of event: a promise to everybody who reads the log or consumes it. */
export interface EventDefinition<Payload = unknown> {
  /** Raised when the payload changes so that it does not read what was recorded before. */
  version: number;
  /** One sentence for the catalogue: what has happened. */
  summary: string;
  payload: z.ZodType<Payload>;
  /**
   * Payloads of the versions before this one, each read as one of this: the log and the queues still
   * hold them when a new version is installed.
   */
  earlier?: Readonly<Record<number, z.ZodType<Payload>>>;
  /** Subgraphs whose worker gets it; none means it only drives live streams. */
  consumedBy: readonly SubgraphName[];
  /** What it is news of, for consumers that must not answer from older news (see `NewsMarks`). */
  newsOf?: (payload: Payload) => string;
  /** Gateways hear of each as soon as it is recorded, whichever stream it belongs to. */
  heardByGateways?: true;
}

export const defineEvent = <Payload>(
  definition: EventDefinition<Payload>,
): EventDefinition<Payload> => definition;
