import type { Subgraph } from '@souk/runtime';

/** What the gateway needs of a subgraph that lives in the same process. */
export type LocalSubgraph = Pick<Subgraph, 'execute' | 'subscribe'>;

/** The subgraph of a name, if it lives in this process. */
export type LocalSubgraphs = (name: string) => LocalSubgraph | undefined;
