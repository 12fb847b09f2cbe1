import { compose, type SubgraphSchema } from '../../src/supergraph/compose.ts';

const composed = new Map<string, string>();

/** The composition of these subgraphs, made once for all tests of this process. */
export function composeOnce(subgraphs: readonly SubgraphSchema[]): string {
  const key = JSON.stringify(subgraphs);
  const supergraphSdl = composed.get(key) ?? compose(subgraphs);
  composed.set(key, supergraphSdl);
  return supergraphSdl;
}
