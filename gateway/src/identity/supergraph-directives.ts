import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';

/** The value of a directive's argument that is a string or an enum value. */
export function argumentOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

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
      const subgraph = graph && argumentOf(graph, 'name');
      if (graph && subgraph && argumentOf(graph, 'url') !== (exceptAt ?? null)) {
        subgraphs.set(name.value, subgraph);
      }
    }
  }
  return subgraphs;
}
