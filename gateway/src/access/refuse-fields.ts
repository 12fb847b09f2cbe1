import { documentOf, freeName, namesIn, responseName } from '@souk/engine';
import { scopesOf, type Viewer } from '@souk/runtime';
import {
  type DocumentNode,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { AccessRules, Requirement } from './access-rules.ts';

/** A field the viewer may not read, as it appears in the operation. */
export interface RefusedField {
  readonly responseKey: string;
  /** Where its placeholder stands in the answer; no name of the operation's own. */
  readonly alias: string;
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  readonly nonNull: boolean;
  /** A field of Query, Mutation or Subscription themselves. */
  readonly isRoot: boolean;
}

export interface AdmittedOperation {
  /** The operation, alone, with a placeholder where each refused field was. */
  readonly document: DocumentNode;
  readonly refused: readonly RefusedField[];
}

/**
 * Replaces every field the viewer may not read by `refused_<n>: __typename`, which costs no subgraph
 * anything and comes back exactly where the field would have been. `nullRefusedFields` turns the
 * placeholders into nulls with errors. Other operations of the document are left out: what they may
 * read is nobody's question.
 */
export function refuseFields(
  given: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  rules: AccessRules,
  viewer: Viewer | null,
): AdmittedOperation {
  const document = documentOf(given, operation);
  if (rules.empty) return { document, refused: [] };
  const held = scopesOf(viewer);
  const refused: RefusedField[] = [];
  const { fields: taken } = namesIn(document);
  const typeInfo = new TypeInfo(schema);
  const roots = new Set<unknown>([
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ]);
  const admitted = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (node) => {
        const parent = typeInfo.getParentType();
        const code = parent && refusal(rules.of(parent.name, node.name.value), viewer, held);
        if (!code) return undefined;
        const responseKey = responseName(node);
        const alias = freeName((number) => `refused_${number}`, taken, refused.length);
        refused.push({
          responseKey,
          alias,
          code,
          nonNull: isNonNullType(typeInfo.getType()),
          isRoot: roots.has(parent),
        });
        return {
          kind: Kind.FIELD,
          alias: { kind: Kind.NAME, value: alias },
          name: { kind: Kind.NAME, value: '__typename' },
          directives: node.directives ?? [],
        };
      },
    }),
  );
  return { document: refused.length > 0 ? withoutUnused(admitted) : document, refused };
}

function refusal(
  required: readonly Requirement[],
  viewer: Viewer | null,
  held: ReadonlySet<string>,
): RefusedField['code'] | null {
  if (required.length === 0) return null;
  if (!viewer) return 'UNAUTHENTICATED';
  const allowed = required.every(
    ({ scopes }) =>
      scopes === null || scopes.some((list) => list.every((scope) => held.has(scope))),
  );
  return allowed ? null : 'FORBIDDEN';
}

/** Variables and fragments that only refused fields used would make the operation invalid. */
function withoutUnused(document: DocumentNode): DocumentNode {
  const spread = new Map<string, Set<string>>();
  const usedVariables = new Set<string>();
  for (const definition of document.definitions) {
    const name = definition.kind === Kind.FRAGMENT_DEFINITION ? definition.name.value : '';
    const names = spread.get(name) ?? new Set<string>();
    spread.set(name, names);
    visit(definition, { FragmentSpread: (node) => void names.add(node.name.value) });
  }
  const reachable = new Set<string>();
  const reach = (name: string) => {
    for (const next of spread.get(name) ?? []) {
      if (reachable.has(next)) continue;
      reachable.add(next);
      reach(next);
    }
  };
  reach('');
  const kept = document.definitions.filter(
    (definition) =>
      definition.kind !== Kind.FRAGMENT_DEFINITION || reachable.has(definition.name.value),
  );
  const trimmed: DocumentNode = { ...document, definitions: kept };
  visit(trimmed, {
    VariableDefinition: () => false,
    Variable: (node) => void usedVariables.add(node.name.value),
  });
  return visit(trimmed, {
    VariableDefinition: (node) => (usedVariables.has(node.variable.name.value) ? undefined : null),
  });
}
