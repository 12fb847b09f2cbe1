import type { Subgraph, SubgraphRequest } from '@souk/runtime/subgraph';

/** A request as a subgraph gets it; `areKnown` when the ids in it have just come from their owner. */
export type LocalRequest = SubgraphRequest & { areKnown?: boolean };

/** What the gateway needs from a subgraph in the same process. */
export type LocalSubgraph = Pick<Subgraph, 'execute' | 'subscribe'>;

/** The subgraph of a name, if it runs in this process. */
export type LocalSubgraphs = (name: string) => LocalSubgraph | undefined;
