import { SUBGRAPH_NAMES, SUBGRAPHS } from '../../../souk.config.ts';
import type { ListedSubgraph } from './places.ts';

/** The subgraphs of this repository. */
export const listedSubgraphs = (): ListedSubgraph[] =>
  SUBGRAPH_NAMES.map((name) => ({ name, ...SUBGRAPHS[name] }));
