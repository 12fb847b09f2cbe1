import { argumentOf } from '@souk/engine';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { ownProperty } from '../../own-property.ts';

/** The root fields of a valid operation, and how often each of these places is used. */
export function rootFieldsOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlyMap<FieldNode, number> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  // Each fragment is walked once: fragments that multiply each other cost no more than their text.
  const known = new Map<string, ReadonlyMap<FieldNode, number>>();

  const ofFragment = (name: string): ReadonlyMap<FieldNode, number> => {
    const before = known.get(name);
    if (before) return before;
    known.set(name, new Map());
    const fragment = fragments.get(name);
    const fields = fragment ? ofSelections(fragment.selectionSet) : new Map<FieldNode, number>();
    known.set(name, fields);
    return fields;
  };

  const of = (selection: SelectionNode): ReadonlyMap<FieldNode, number> => {
    if (selection.kind === Kind.FIELD) return new Map([[selection, 1]]);
    return selection.kind === Kind.INLINE_FRAGMENT
      ? ofSelections(selection.selectionSet)
      : ofFragment(selection.name.value);
  };

  const ofSelections = (set: SelectionSetNode): Map<FieldNode, number> => {
    const sum = new Map<FieldNode, number>();
    for (const selection of set.selections) {
      for (const [field, times] of of(selection)) sum.set(field, (sum.get(field) ?? 0) + times);
    }
    return sum;
  };

  return ofSelections(operation.selectionSet);
}

/** The value of an argument, or of a field in it; undefined when it is not given. */
export function argumentAt(
  field: FieldNode,
  path: readonly string[],
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  const [name = '', ...inner] = path;
  let node = argumentOf(field, name);
  for (let depth = 0; node; depth += 1) {
    if (node.kind === Kind.VARIABLE) {
      const variable = node.name.value;
      const given = ownProperty(variables, variable);
      if (given !== undefined) return inner.slice(depth).reduce(memberOf, given);
      node = operation.variableDefinitions?.find(
        (each) => each.variable.name.value === variable,
      )?.defaultValue;
      if (!node) return undefined;
    }
    if (depth === inner.length) return literalOf(node);
    if (node.kind !== Kind.OBJECT) return undefined;
    node = node.fields.find((each) => each.name.value === inner[depth])?.value;
  }
  return undefined;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? ownProperty(value as Record<string, unknown>, name)
    : undefined;

const literalOf = (node: ValueNode): unknown => ('value' in node ? node.value : undefined);
