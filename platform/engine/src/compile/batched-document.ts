import {
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import {
  type CompiledFetch,
  entitiesField,
  REPRESENTATIONS,
  type RequestText,
  requestText,
} from './compiled-fetch.ts';

/** One document that carries several entity fetches to a subgraph, each under an alias. */
export interface BatchedDocument {
  readonly text: RequestText;
  readonly variableNames: readonly string[];
  /** Per fetch, in order: the response name of its `_entities` and the name of its representations. */
  readonly parts: readonly { readonly alias: string; readonly representations: string }[];
}

export function compileBatchedDocument(fetches: readonly CompiledFetch[]): BatchedDocument {
  const variables = new Map<string, VariableDefinitionNode>();
  const fragments: FragmentDefinitionNode[] = [];
  const parts = fetches.map((_, index) => ({
    alias: `e${index}`,
    representations: `${REPRESENTATIONS}_${index}`,
  }));
  const selections = fetches.map((fetch, index) => {
    const part = parts[index] as (typeof parts)[number];
    const renamed = renameParts(fetch, part.representations, `_${index}`);
    for (const definition of renamed.operation.variableDefinitions ?? []) {
      variables.set(definition.variable.name.value, definition);
    }
    fragments.push(...renamed.fragments);
    const alias = { kind: Kind.NAME, value: part.alias } as const;
    return { ...entitiesField(renamed.operation), alias };
  });
  const operation: OperationDefinitionNode = {
    ...(fetches[0] as CompiledFetch).operation,
    variableDefinitions: [...variables.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  const variableNames = [...new Set(fetches.flatMap((fetch) => fetch.variableNames))];
  return { text: requestText(operation, fragments), variableNames, parts };
}

/** Representations and fragments get names of their own; client variables mean the same in all fetches. */
function renameParts(fetch: CompiledFetch, representations: string, suffix: string) {
  const rename = <Node extends OperationDefinitionNode | FragmentDefinitionNode>(node: Node) =>
    visit(node, {
      enter: (child) => {
        if (child.kind === Kind.VARIABLE && child.name.value === REPRESENTATIONS) {
          return { ...child, name: { ...child.name, value: representations } };
        }
        if (child.kind === Kind.FRAGMENT_SPREAD || child.kind === Kind.FRAGMENT_DEFINITION) {
          return { ...child, name: { ...child.name, value: child.name.value + suffix } };
        }
        return undefined;
      },
    }) as Node;
  return { operation: rename(fetch.operation), fragments: fetch.fragments.map(rename) };
}
