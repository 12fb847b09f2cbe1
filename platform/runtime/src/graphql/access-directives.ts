import {
  type DirectiveNode,
  type GraphQLSchema,
  isObjectType,
  type StringValueNode,
  type ValueNode,
} from 'graphql';
import { requireScopes, requireViewer, type Viewer } from '../domain/viewer.ts';
import { type FieldCheck, guardField } from './guard-field.ts';

/**
 * Enforces `@authenticated` and `@requiresScopes` on fields inside the subgraph. A directive on a type
 * applies to each of its fields, however an object of the type was reached. The gateway enforces them too,
 * but a subgraph does not rely on that.
 */
export function enforceAccessDirectives(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const ofType = [type.astNode, ...type.extensionASTNodes].flatMap(checksOf);
    for (const field of Object.values(type.getFields())) {
      const checks = [...ofType, ...checksOf(field.astNode)];
      const isStream = field.subscribe !== undefined;
      // Added in reverse, so that the checks of the type run before those of the field.
      for (const check of checks.reverse())
        guardField(field, isStream ? unlessShared(check) : check);
    }
  }
  return schema;
}

/** Whether a field requires a signed-in viewer. */
export const requiresViewer = (element: Parameters<typeof checksOf>[0]): boolean =>
  checksOf(element).includes(requireViewer);

type Check = (viewer: Viewer | null) => void;

/** A shared stream is opened without a viewer; the gateway authorises each viewer who follows it. */
const unlessShared =
  (check: Check): FieldCheck =>
  (viewer, { context }) => {
    if (!context.shared) check(viewer);
  };

/** The checks that an element's directives require; each throws when it fails. */
const checksOf = (
  element: { directives?: readonly DirectiveNode[] } | null | undefined,
): readonly Check[] =>
  (element?.directives ?? []).flatMap(({ name, arguments: given }): Check[] => {
    if (name.value === 'authenticated') return [requireViewer];
    if (name.value !== 'requiresScopes') return [];
    const alternatives = scopeLists(given?.[0]?.value);
    return [(viewer) => requireScopes(viewer, alternatives)];
  });

function scopeLists(value: ValueNode | undefined): string[][] {
  if (value?.kind !== 'ListValue') return [];
  return value.values.map((list) =>
    list.kind === 'ListValue' ? list.values.map((scope) => (scope as StringValueNode).value) : [],
  );
}
