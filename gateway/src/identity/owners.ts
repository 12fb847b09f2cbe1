import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';

/** Which subgraph owns each type with a global id: the one, besides identity, that implements it. */
export function ownersOf(
  supergraph: DocumentNode,
  identityUrl: string,
): ReadonlyMap<string, string> {
  const subgraphs = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) continue;
    for (const { name, directives } of definition.values ?? []) {
      const graph = directives?.find((directive) => directive.name.value === 'join__graph');
      const subgraph = graph && argumentOf(graph, 'name');
      if (graph && subgraph && argumentOf(graph, 'url') !== identityUrl) {
        subgraphs.set(name.value, subgraph);
      }
    }
  }
  const owners = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const directive of definition.directives ?? []) {
      if (directive.name.value !== 'join__implements') continue;
      const owner = subgraphs.get(argumentOf(directive, 'graph') ?? '');
      if (owner && ['Node', 'Shareable'].includes(argumentOf(directive, 'interface') ?? '')) {
        owners.set(definition.name.value, owner);
      }
    }
  }
  return owners;
}

function argumentOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
