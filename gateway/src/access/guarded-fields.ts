import type { WithheldFields, WithheldReason } from '@souk/engine';
import { scopesOf, type Viewer } from '@souk/runtime/domain';
import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { AccessRules, Requirement } from './access-rules.ts';

/** The parts of an operation that a viewer may not read. */
export interface Withheld extends WithheldFields {
  /** The reason, when a field of Query, Mutation or Subscription itself is withheld. */
  readonly root: AccessRefusal | undefined;
}

export interface AccessRefusal extends WithheldReason {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
}

/** Returns what is withheld from a viewer; undefined when nothing is. */
export type WithheldFrom = (viewer: Viewer | null) => Withheld | undefined;

const NOTHING: WithheldFrom = () => undefined;

const REASONS: Readonly<Record<AccessRefusal['code'], AccessRefusal>> = {
  UNAUTHENTICATED: { code: 'UNAUTHENTICATED', message: 'Sign in to read this.' },
  FORBIDDEN: { code: 'FORBIDDEN', message: 'Your account may not read this.' },
};

interface GuardedField {
  readonly name: string;
  readonly required: readonly Requirement[];
  readonly isRoot: boolean;
}

/**
 * Finds the fields of a valid operation that not everybody may read, once per operation; each viewer is then
 * checked against these fields only. Viewers with the same rights get the same result object.
 */
export function withheldFields(
  document: DocumentNode,
  schema: GraphQLSchema,
  rules: AccessRules,
): WithheldFrom {
  if (rules.empty) return NOTHING;
  const guarded = guardedFieldsIn(document, schema, rules);
  if (guarded.length === 0) return NOTHING;
  const byRights = new Map<string, Withheld | undefined>();
  return (viewer) => {
    const rights = viewer ? [...scopesOf(viewer)].sort().join() : 'none';
    if (byRights.has(rights)) return byRights.get(rights);
    const withheld = withheldOf(guarded, viewer);
    byRights.set(rights, withheld);
    return withheld;
  };
}

function guardedFieldsIn(
  document: DocumentNode,
  schema: GraphQLSchema,
  rules: AccessRules,
): readonly GuardedField[] {
  const roots = new Set<unknown>([
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ]);
  const found = new Map<string, GuardedField>();
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: ({ name: { value } }) => {
        const parent = typeInfo.getParentType();
        const required = parent ? rules.of(parent.name, value) : [];
        if (!parent || required.length === 0) return;
        const name = `${parent.name}.${value}`;
        found.set(name, { name, required, isRoot: roots.has(parent) });
      },
    }),
  );
  return [...found.values()];
}

function withheldOf(guarded: readonly GuardedField[], viewer: Viewer | null): Withheld | undefined {
  const held = scopesOf(viewer);
  const reasons = new Map<string, AccessRefusal>();
  let root: AccessRefusal | undefined;
  for (const { name, required, isRoot } of guarded) {
    const reason = refusal(required, viewer, held);
    if (!reason) continue;
    reasons.set(name, reason);
    if (isRoot) root ??= reason;
  }
  if (reasons.size === 0) return undefined;
  return {
    key: [...reasons].map(([name, { code }]) => `${name} ${code}`).join(),
    reasonFor: (typeName, fieldName) => reasons.get(`${typeName}.${fieldName}`),
    root,
  };
}

function refusal(
  required: readonly Requirement[],
  viewer: Viewer | null,
  held: ReadonlySet<string>,
): AccessRefusal | null {
  if (!viewer) return REASONS.UNAUTHENTICATED;
  const isAllowed = required.every(
    ({ scopes }) =>
      scopes === null || scopes.some((list) => list.every((scope) => held.has(scope))),
  );
  return isAllowed ? null : REASONS.FORBIDDEN;
}
