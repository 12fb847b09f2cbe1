import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  type SelectionSetNode,
} from 'graphql';
import { responseName } from './free-names.ts';

/**
 * How many selections are examined: a fragment counts at every spread, and may be spread in every other one.
 */
const MOST_SELECTIONS = 2_000;

/**
 * True only if every response name of a valid document stands, at each place, for one field with the same
 * arguments and type, whatever type or fragment selects it; then the rule that fields can be merged is
 * satisfied. Usual operations are like this, and the check is one walk, while the rule compares everything
 * with everything. False means nothing: a document with different fields under one name may be valid as well.
 */
export function hasOneFieldPerName(schema: GraphQLSchema, document: DocumentNode): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  let left = MOST_SELECTIONS;

  /** The first selection of a response name at a place, with what is selected below all of them. */
  interface Known {
    readonly field: FieldNode;
    readonly type: GraphQLOutputType | undefined;
    readonly below: SelectionSetNode[];
  }

  /** False when another field has the same name, or when there are too many selections to examine. */
  const collect = (
    type: GraphQLNamedType | undefined,
    { selections }: SelectionSetNode,
    known: Map<string, Known>,
  ): boolean =>
    selections.every((selection) => {
      left -= 1;
      if (left < 0) return false;
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (!fragment) return false;
        const condition = fragment.typeCondition?.name.value;
        const own = condition === undefined ? type : schema.getType(condition);
        return collect(own, fragment.selectionSet, known);
      }
      const before = known.get(responseName(selection));
      const result = resultOf(type, selection);
      if (before && !isSame(before, selection, result)) return false;
      const below = before?.below ?? [];
      if (selection.selectionSet) below.push(selection.selectionSet);
      if (!before) known.set(responseName(selection), { field: selection, type: result, below });
      return true;
    });
  const isSame = (before: Known, field: FieldNode, result: GraphQLOutputType | undefined) =>
    before.field.name.value === field.name.value &&
    String(before.type) === String(result) &&
    argumentsOf(before.field) === argumentsOf(field);
  const isPlain = (type: GraphQLNamedType | undefined, sets: readonly SelectionSetNode[]) => {
    const known = new Map<string, Known>();
    if (!sets.every((set) => collect(type, set, known))) return false;
    for (const { type: result, below } of known.values()) {
      if (below.length > 0 && !(result && isPlain(getNamedType(result), below))) return false;
    }
    return true;
  };
  return document.definitions.every(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION ||
      isPlain(schema.getRootType(definition.operation) ?? undefined, [definition.selectionSet]),
  );
}

/** Undefined for fields that every type has, such as `__typename`. */
const resultOf = (
  type: GraphQLNamedType | undefined,
  { name }: FieldNode,
): GraphQLOutputType | undefined =>
  isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value]?.type : undefined;

const argumentsOf = ({ arguments: given = [] }: FieldNode): string =>
  given.map(print).sort().join();
