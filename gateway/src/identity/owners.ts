import { textArgumentOf } from '@souk/engine';
import { type DocumentNode, Kind } from 'graphql';
import { subgraphNamesIn } from './supergraph-directives.ts';

/** Which subgraph owns each type with a global id: the one that implements it, besides identity. */
export function ownersOf(
  supergraph: DocumentNode,
  identityUrl: string,
): ReadonlyMap<string, string> {
  const subgraphs = subgraphNamesIn(supergraph, identityUrl);
  const owners = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const directive of definition.directives ?? []) {
      if (directive.name.value !== 'join__implements') continue;
      const owner = subgraphs.get(textArgumentOf(directive, 'graph') ?? '');
      if (owner && ['Node', 'Shareable'].includes(textArgumentOf(directive, 'interface') ?? '')) {
        owners.set(definition.name.value, owner);
      }
    }
  }
  return owners;
}
