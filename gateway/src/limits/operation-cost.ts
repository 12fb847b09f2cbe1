import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { CostRules } from './cost-rules.ts';
import { ASSUMED_LIST_SIZE, type CountedList, countedList, literalValue } from './list-size.ts';

export interface OperationCost {
  readonly cost: number;
  /** Paging arguments outside what any list gives, e.g. `products(first: 1000000)`. */
  readonly pages: readonly { readonly argument: string; readonly value: number }[];
  /** Fields that demand exactly one argument which says their size, and got none or several. */
  readonly unsliced: ReadonlyMap<string, readonly string[]>;
}

export interface CostInput {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly largestPage: number;
}

/** A mutation changes things, which is dearer than looking at them. */
const MUTATION_COST = 10;
/** Where the walk gives up; only reached when the limit on fields is off. */
const MAX_STEPS = 100_000;

/** Sizes of the fields below, by name, as `@listSize(sizedFields:)` hands them down. */
type HandedDown = ReadonlyMap<string, number>;
const NOTHING: HandedDown = new Map();

/**
 * What an operation may cost: no fewer than the objects that can come back, each at least one unit,
 * where the lists of the schema are as long as `@listSize` says at most. Of the types an object may
 * have, the dearest counts. What `__schema` and `__type` tell costs no subgraph anything.
 */
export function costOf(input: CostInput): OperationCost {
  const { schema, rules, document, operation, largestPage } = input;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const variables = { ...input.variables };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    // Null is a value of its own: it does not become the default.
    if (defaultValue && variables[name] === undefined)
      variables[name] = literalValue(defaultValue, {});
  }
  const pages: { argument: string; value: number }[] = [];
  const unsliced = new Map<string, readonly string[]>();
  let steps = 0;

  /** The types by whose rules a field is counted: of an interface, all that it may stand for. */
  const typesBehind = (parent: GraphQLCompositeType): readonly string[] =>
    isAbstractType(parent)
      ? [parent.name, ...schema.getPossibleTypes(parent).map(({ name }) => name)]
      : [parent.name];

  const counted = (
    field: FieldNode,
    definition: GraphQLField<unknown, unknown>,
    keys: readonly string[],
  ): { list: CountedList | null; sizedFields: readonly string[] } => {
    const declared = keys.flatMap((key) => rules.listSizes.get(key) ?? []);
    const sizedFields = declared.flatMap((rule) => rule.sizedFields);
    if (declared.length === 0 && !listDepth(definition.type)) return { list: null, sizedFields };
    const lists = (declared.length > 0 ? declared : [undefined]).map((rule) => {
      const list = countedList(field, definition, rule, { variables, largestPage });
      for (const page of list.outOfRange) {
        if (
          !pages.some(({ argument, value }) => argument === page.argument && value === page.value)
        )
          pages.push(page);
      }
      if (list.isAmbiguous) unsliced.set(field.name.value, rule?.slicingArguments ?? []);
      return list;
    });
    return {
      list: lists.reduce((most, list) => (list.size > most.size ? list : most)),
      sizedFields,
    };
  };

  const ofField = (
    field: FieldNode,
    parent: GraphQLCompositeType,
    handedDown: HandedDown,
  ): number => {
    steps += 1;
    if (steps > MAX_STEPS) return Number.POSITIVE_INFINITY;
    const name = field.name.value;
    const definition = isUnionType(parent) ? undefined : parent.getFields()[name];
    if (!definition) return 0;
    const keys = typesBehind(parent).map((type) => `${type}.${name}`);
    const named = getNamedType(definition.type);
    const { list, sizedFields } = counted(field, definition, keys);
    const depth = listDepth(definition.type);
    const own = handedDown.get(name) ?? (sizedFields.length > 0 ? undefined : list?.size);
    const times = depth === 0 ? 1 : (own ?? ASSUMED_LIST_SIZE) * ASSUMED_LIST_SIZE ** (depth - 1);
    const below = list ? new Map(sizedFields.map((sized) => [sized, list.size])) : NOTHING;
    const weight =
      most(keys, rules.weights) ??
      rules.weights.get(named.name) ??
      (isCompositeType(named) ? 1 : 0);
    const given = (field.arguments ?? []).reduce(
      (sum, argument) =>
        sum +
        (most(
          keys.map((key) => `${key}(${argument.name.value})`),
          rules.weights,
        ) ?? 0),
      0,
    );
    const inner =
      field.selectionSet && isCompositeType(named)
        ? ofSelections(field.selectionSet, named, below)
        : 0;
    // No items and a field that may cost more than can be told are nothing together, not NaN.
    return given + (times === 0 ? 0 : times * (weight + inner));
  };

  const ofSelections = (
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    handedDown: HandedDown,
  ): number => {
    const possible = isAbstractType(parent) ? schema.getPossibleTypes(parent) : null;
    const byType = new Map<GraphQLObjectType, number>();
    let always = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        always += ofField(selection, parent, handedDown);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (!fragment) continue;
      steps += 1;
      if (steps > MAX_STEPS) return Number.POSITIVE_INFINITY;
      const condition = schema.getType(fragment.typeCondition?.name.value ?? parent.name);
      if (!isCompositeType(condition)) continue;
      const applies = (type: GraphQLObjectType) =>
        type === condition || (isAbstractType(condition) && schema.isSubType(condition, type));
      if (!possible) {
        if (applies(parent as GraphQLObjectType)) {
          always += ofSelections(fragment.selectionSet, parent, handedDown);
        }
        continue;
      }
      const cost = ofSelections(fragment.selectionSet, condition, handedDown);
      for (const type of possible) {
        if (applies(type)) byType.set(type, (byType.get(type) ?? 0) + cost);
      }
    }
    return always + Math.max(0, ...byType.values());
  };

  const root = schema.getRootType(operation.operation);
  const base = operation.operation === OperationTypeNode.MUTATION ? MUTATION_COST : 0;
  const cost = root ? base + ofSelections(operation.selectionSet, root, NOTHING) : 0;
  return { cost, pages, unsliced };
}

/** Lists in lists that a type is. */
function listDepth(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listDepth(type.ofType);
  return isListType(type) ? 1 + listDepth(type.ofType) : 0;
}

function most(keys: readonly string[], weights: ReadonlyMap<string, number>): number | null {
  const known = keys.flatMap((key) => weights.get(key) ?? []);
  return known.length > 0 ? Math.max(...known) : null;
}
