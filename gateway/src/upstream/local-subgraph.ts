import type { Subgraph, SubgraphRequest } from '@souk/runtime/subgraph';

/** As a subgraph gets it; `areKnown` when the ids in it come from their owner, just now. */
export type LocalRequest = SubgraphRequest & { areKnown?: boolean };

/** What the gateway needs of a subgraph that lives in the same process. */
export type LocalSubgraph = Pick<Subgraph, 'execute' | 'subscribe'>;

/** The subgraph of a name, if it lives in this process. */
export type LocalSubgraphs = (name: string) => LocalSubgraph | undefined;
