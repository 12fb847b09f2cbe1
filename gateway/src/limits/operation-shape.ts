import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How large an operation is, measured without a schema. */
export interface OperationShape {
  readonly depth: number;
  readonly height: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  readonly directivesInAll: number;
  readonly introspectionHeight: number;
  /** How often each root field occurs, by its name in the schema. */
  readonly rootFieldNames: ReadonlyMap<string, number>;
}

interface Measure {
  depth: number;
  height: number;
  aliases: number;
  directives: number;
  directivesInAll: number;
  introspectionHeight: number;
}

const NOTHING: Measure = {
  depth: 0,
  height: 0,
  aliases: 0,
  directives: 0,
  directivesInAll: 0,
  introspectionHeight: 0,
};

/**
 * Measures an operation in one walk. Each fragment is measured once, so fragments that multiply each other
 * cost no more than their text; a fragment that contains itself counts as empty (validation refuses it).
 */
export function shapeOf(
  operation: OperationDefinitionNode,
  document: DocumentNode,
): OperationShape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Measure>();

  const ofFragment = (name: string): Measure => {
    const known = measured.get(name);
    if (known) return known;
    measured.set(name, NOTHING);
    const fragment = fragments.get(name);
    const measure = fragment ? ofSelections(fragment.selectionSet) : NOTHING;
    measured.set(name, measure);
    return measure;
  };

  const ofField = (field: FieldNode): Measure => {
    const below = field.selectionSet ? ofSelections(field.selectionSet) : NOTHING;
    const { value: name } = field.name;
    if (name === '__schema' || name === '__type') {
      return { ...NOTHING, height: 1, depth: 1, introspectionHeight: below.height };
    }
    return {
      ...below,
      depth: below.depth + 1,
      height: below.height + 1,
      aliases: below.aliases + (field.alias ? 1 : 0),
    };
  };

  const ofSelections = (set: SelectionSetNode): Measure => {
    const sum = { ...NOTHING };
    for (const selection of set.selections) {
      const measure =
        selection.kind === Kind.FIELD
          ? ofField(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? ofSelections(selection.selectionSet)
            : ofFragment(selection.name.value);
      const own = selection.directives?.length ?? 0;
      sum.depth = Math.max(sum.depth, measure.depth);
      sum.height += measure.height;
      sum.aliases += measure.aliases;
      sum.directives = Math.max(sum.directives, measure.directives, own);
      sum.directivesInAll += measure.directivesInAll + own;
      sum.introspectionHeight += measure.introspectionHeight;
    }
    return sum;
  };

  const rootsOfFragment = new Map<string, ReadonlyMap<string, number>>();
  const rootsOf = (set: SelectionSetNode): Map<string, number> => {
    const counts = new Map<string, number>();
    const add = (name: string, times: number) => counts.set(name, (counts.get(name) ?? 0) + times);
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) add(selection.name.value, 1);
      else for (const [name, times] of rootsOfSpread(selection)) add(name, times);
    }
    return counts;
  };
  const rootsOfSpread = (
    selection: InlineFragmentNode | FragmentSpreadNode,
  ): ReadonlyMap<string, number> => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootsOf(selection.selectionSet);
    const { value: name } = selection.name;
    const known = rootsOfFragment.get(name);
    if (known) return known;
    rootsOfFragment.set(name, new Map());
    const fragment = fragments.get(name);
    const counts = fragment ? rootsOf(fragment.selectionSet) : new Map<string, number>();
    rootsOfFragment.set(name, counts);
    return counts;
  };

  const rootFieldNames = rootsOf(operation.selectionSet);
  const whole = ofSelections(operation.selectionSet);
  const own = operation.directives?.length ?? 0;
  return {
    ...whole,
    directives: Math.max(whole.directives, own),
    directivesInAll: whole.directivesInAll + own,
    rootFields: [...rootFieldNames.values()].reduce((sum, count) => sum + count, 0),
    rootFieldNames,
  };
}
