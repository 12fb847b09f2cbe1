import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { SyntheticFields } from './planner-supergraph.ts';

/**
 * A representation can hold a field only once. When fields of one entity fetch require the same field with
 * different arguments, the fetch is split into several, each with its own representation.
 */
export function splitFetch(node: FetchNode, synthetic: SyntheticFields): FetchNode[] {
  const required = syntheticFieldsIn(node.requires ?? [], synthetic);
  const origins = required.map((name) => synthetic.fields.get(name)?.origin);
  if (new Set(origins).size === origins.length) return [node];

  const { definitions } = parse(node.operation, { noLocation: true });
  const operation = definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  const fragments = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const entities = operation.selectionSet.selections[0] as FieldNode;

  const groups: Set<string>[] = [];
  const place = (needs: ReadonlySet<string>): number => {
    const fits = (group: ReadonlySet<string>): boolean => !conflict(group, needs, synthetic);
    let index = groups.findIndex(fits);
    if (index < 0) index = groups.push(new Set()) - 1;
    for (const name of needs) groups[index]?.add(name);
    return index;
  };
  const groupOf = new Map<string, number>();
  const visitFields = (set: SelectionSetNode, typeName: string): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = `${typeName}.${selection.name.value}`;
        const needs = synthetic.requiredBy.get(key) ?? new Set<string>();
        if (!groupOf.has(key)) groupOf.set(key, needs.size > 0 ? place(needs) : 0);
      } else {
        const [inner, name] = fragmentOf(selection, typeName);
        visitFields(inner, name);
      }
    }
  };
  const fragmentOf = (
    selection: Exclude<SelectionNode, FieldNode>,
    typeName: string,
  ): [SelectionSetNode, string] => {
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (!fragment) throw new Error('The planner used a fragment that it did not define.');
    return [fragment.selectionSet, fragment.typeCondition?.name.value ?? typeName];
  };
  const keepGroup = (
    set: SelectionSetNode,
    typeName: string,
    group: number,
  ): SelectionSetNode | undefined => {
    const selections = set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) {
        return groupOf.get(`${typeName}.${selection.name.value}`) === group ? [selection] : [];
      }
      const [inner, name] = fragmentOf(selection, typeName);
      const selectionSet = keepGroup(inner, name, group);
      if (!selectionSet) return [];
      const typeCondition = {
        kind: Kind.NAMED_TYPE,
        name: { kind: Kind.NAME, value: name },
      } as const;
      const { directives } = selection;
      return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet }];
    });
    return selections.length > 0 ? { ...set, selections } : undefined;
  };

  const entitySet = entities.selectionSet as SelectionSetNode;
  visitFields(entitySet, '_Entity');
  return groups.flatMap((needs, index): FetchNode[] => {
    const selectionSet = keepGroup(entitySet, '_Entity', index);
    if (!selectionSet) return [];
    const selections = [{ ...entities, selectionSet }];
    const split = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
    const kept = { kind: Kind.DOCUMENT, definitions: [split, ...fragments.values()] } as const;
    return [
      {
        ...node,
        operation: print(kept),
        requires: keepNeeded(node.requires ?? [], needs, synthetic),
      },
    ];
  });
}

function syntheticFieldsIn(
  selections: readonly QueryPlanSelectionNode[],
  synthetic: SyntheticFields,
): string[] {
  const found = new Set<string>();
  const visit = (selection: QueryPlanSelectionNode): void => {
    if (selection.kind === 'Field' && synthetic.fields.has(selection.name)) {
      found.add(selection.name);
    }
    selection.selections?.forEach(visit);
  };
  selections.forEach(visit);
  return [...found];
}

const conflict = (
  group: ReadonlySet<string>,
  needs: ReadonlySet<string>,
  synthetic: SyntheticFields,
): boolean =>
  [...needs].some((name) =>
    [...group].some(
      (other) =>
        other !== name &&
        synthetic.fields.get(other)?.origin === synthetic.fields.get(name)?.origin,
    ),
  );

/** What a representation needs for one group: everything but the other groups' synthetic fields. */
function keepNeeded(
  selections: readonly QueryPlanSelectionNode[],
  needs: ReadonlySet<string>,
  synthetic: SyntheticFields,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'Field' && synthetic.fields.has(selection.name)) {
      if (!needs.has(selection.name)) return [];
    }
    if (!selection.selections) return [selection];
    const inner = keepNeeded(selection.selections, needs, synthetic);
    return inner.length > 0 ? [{ ...selection, selections: inner }] : [];
  });
}
