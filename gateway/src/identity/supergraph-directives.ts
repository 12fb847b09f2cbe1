import { textArgumentOf } from '@souk/engine';
import { type DocumentNode, Kind } from 'graphql';

/**
 * The subgraphs of a supergraph by their names in its `join__` directives.
 *
 * @param exceptAt the address of a subgraph to leave out
 */
export function subgraphNamesIn(
  supergraph: DocumentNode,
  exceptAt?: string,
): ReadonlyMap<string, string> {
  const subgraphs = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) continue;
    for (const { name, directives } of definition.values ?? []) {
      const graph = directives?.find((directive) => directive.name.value === 'join__graph');
      const subgraph = graph && textArgumentOf(graph, 'name');
      if (graph && subgraph && textArgumentOf(graph, 'url') !== (exceptAt ?? null)) {
        subgraphs.set(name.value, subgraph);
      }
    }
  }
  return subgraphs;
}
