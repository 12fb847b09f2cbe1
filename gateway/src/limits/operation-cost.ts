import {
  type ArgumentNode,
  BREAK,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedOutputType,
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
  type ValueNode,
  visit,
} from 'graphql';
import { withoutPrototype } from '../own-property.ts';
import { givenCost, variesByValue } from './argument-cost.ts';
import { type CostRules, declaredFor, type ListSize } from './cost-rules.ts';
import { type Asked, combine, type Estimate, type Findings, isFixed, sumOf } from './estimate.ts';
import { ASSUMED_LIST_SIZE, countedList, literalValue, type VariableValues } from './list-size.ts';

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
  readonly largestPage: number;
}

/** What an operation costs with these variables. */
export type CostOf = (variables: VariableValues) => OperationCost;

/** A mutation changes things, which is dearer than looking at them. */
const MUTATION_COST = 10;
/** Where the walk gives up; only reached when the limit on fields is off. */
const MAX_STEPS = 100_000;

/** Sizes of the fields below, by name, as `@listSize(sizedFields:)` hands them down. */
type HandedDown = ReadonlyMap<string, Estimate>;
const NOTHING: HandedDown = new Map();

/**
 * What an operation may cost: no fewer than the objects that can come back, each at least one unit,
 * where the lists of the schema are as long as `@listSize` says at most. Of the types an object may
 * have, the dearest counts. What `__schema` and `__type` tell costs no subgraph anything. The
 * operation is walked once; what is left to do for a request is what its variables have a say in.
 */
export function compileCost(input: CostInput): CostOf {
  const { schema, rules, document, operation, largestPage } = input;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const defaults = new Map<string, unknown>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue) defaults.set(variable.name.value, literalValue(defaultValue, {}));
  }
  /** What is found whatever the variables are. */
  const always: Findings = { pages: [], unsliced: new Map() };
  let steps = 0;

  /** The types by whose rules a field is counted: of an interface, all that it may stand for. */
  const typesBehind = (parent: GraphQLCompositeType): readonly string[] =>
    isAbstractType(parent)
      ? [parent.name, ...schema.getPossibleTypes(parent).map(({ name }) => name)]
      : [parent.name];

  const sizeOf = (
    field: FieldNode,
    definition: GraphQLField<unknown, unknown>,
    rule: ListSize | undefined,
  ): Estimate => {
    const count = ({ variables, pages, unsliced }: Asked): number => {
      const list = countedList(field, definition, rule, { variables, largestPage });
      for (const page of list.outOfRange) {
        const isKnown = pages.some(
          ({ argument, value }) => argument === page.argument && value === page.value,
        );
        if (!isKnown) pages.push(page);
      }
      if (list.isAmbiguous) unsliced.set(field.name.value, rule?.slicingArguments ?? []);
      return list.size;
    };
    return variesByRequest(field) ? count : count({ variables: {}, ...always });
  };

  const counted = (
    field: FieldNode,
    definition: GraphQLField<unknown, unknown>,
    keys: readonly string[],
  ): { size: Estimate | null; sizedFields: readonly string[] } => {
    const declared = declaredFor(keys, rules.listSizes);
    const sizedFields = declared.flatMap((rule) => rule?.sizedFields ?? []);
    const isDeclared = declared.some((rule) => rule !== undefined);
    if (!isDeclared && !listDepth(definition.type)) return { size: null, sizedFields };
    const sizes = declared.map((rule) => sizeOf(field, definition, rule));
    return { size: combine(sizes, (values) => Math.max(...values)), sizedFields };
  };

  /** Of a type that stands for several, the dearest. */
  const weightOf = (named: GraphQLNamedOutputType): number => {
    const possible = isAbstractType(named) ? schema.getPossibleTypes(named) : [];
    return Math.max(
      ...(possible.length > 0 ? possible : [named]).map(
        ({ name }) => rules.weights.get(name) ?? (isCompositeType(named) ? 1 : 0),
      ),
    );
  };

  const ofArgument = (
    argument: ArgumentNode,
    definition: GraphQLField<unknown, unknown>,
    keys: readonly string[],
  ): Estimate => {
    const name = argument.name.value;
    const weights = declaredFor(
      keys.map((key) => `${key}(${name})`),
      rules.weights,
    );
    const type = definition.args.find((it) => it.name === name)?.type;
    const cost = (value: unknown): number =>
      Math.max(...weights.map((own) => (type ? givenCost(own, type, value, rules) : (own ?? 0))));
    if (!type || !variesByValue(type, rules)) return cost(undefined);
    return hasVariable(argument.value)
      ? ({ variables }) => cost(literalValue(argument.value, variables))
      : cost(literalValue(argument.value, {}));
  };

  const ofField = (
    field: FieldNode,
    parent: GraphQLCompositeType,
    handedDown: HandedDown,
  ): Estimate => {
    steps += 1;
    if (steps > MAX_STEPS) return Number.POSITIVE_INFINITY;
    const name = field.name.value;
    const definition = isUnionType(parent) ? undefined : parent.getFields()[name];
    if (!definition) return 0;
    const keys = typesBehind(parent).map((type) => `${type}.${name}`);
    const named = getNamedType(definition.type);
    const { size, sizedFields } = counted(field, definition, keys);
    const depth = listDepth(definition.type);
    const own = handedDown.get(name) ?? (sizedFields.length > 0 ? null : size);
    const below = size === null ? NOTHING : new Map(sizedFields.map((sized) => [sized, size]));
    const ofType = weightOf(named);
    const weight = Math.max(...declaredFor(keys, rules.weights).map((own) => own ?? ofType));
    const given = sumOf(
      (field.arguments ?? []).map((argument) => ofArgument(argument, definition, keys)),
    );
    const inner =
      field.selectionSet && isCompositeType(named)
        ? ofSelections(field.selectionSet, named, below)
        : 0;
    const lists = depth === 0 ? 1 : ASSUMED_LIST_SIZE ** (depth - 1);
    return combine(
      [depth === 0 ? 1 : (own ?? ASSUMED_LIST_SIZE), inner, given],
      ([times = 0, each = 0, before = 0]) =>
        // Zero items of a field that costs Infinity cost nothing, not NaN.
        before + (times === 0 ? 0 : times * lists * (weight + each)),
    );
  };

  const ofSelections = (
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    handedDown: HandedDown,
  ): Estimate => {
    const possible = isAbstractType(parent) ? schema.getPossibleTypes(parent) : null;
    const byType = new Map<GraphQLObjectType, Estimate[]>();
    const always: Estimate[] = [];
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        always.push(ofField(selection, parent, handedDown));
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
          always.push(ofSelections(fragment.selectionSet, parent, handedDown));
        }
        continue;
      }
      const cost = ofSelections(fragment.selectionSet, condition, handedDown);
      for (const type of possible) {
        if (applies(type)) byType.set(type, [...(byType.get(type) ?? []), cost]);
      }
    }
    const dearest = combine([...byType.values()].map(sumOf), (values) => Math.max(0, ...values));
    return sumOf([...always, dearest]);
  };

  const root = schema.getRootType(operation.operation);
  const base = operation.operation === OperationTypeNode.MUTATION ? MUTATION_COST : 0;
  const cost = root ? sumOf([base, ofSelections(operation.selectionSet, root, NOTHING)]) : 0;
  if (isFixed(cost)) return () => ({ cost, ...always });
  return (given) => {
    const variables = withoutPrototype(given);
    for (const [name, value] of defaults) {
      // Null is a value of its own: it does not become the default.
      if (variables[name] === undefined) variables[name] = value;
    }
    const pages = [...always.pages];
    const unsliced = new Map(always.unsliced);
    return { cost: cost({ variables, pages, unsliced }), pages, unsliced };
  };
}

/** Whether variables have a say in how long a field's list is. */
const variesByRequest = ({ arguments: given = [] }: FieldNode): boolean =>
  given.some(({ value }) => hasVariable(value));

function hasVariable(value: ValueNode): boolean {
  let has = false;
  visit(value, {
    Variable: () => {
      has = true;
      return BREAK;
    },
  });
  return has;
}

/** Lists in lists that a type is. */
function listDepth(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listDepth(type.ofType);
  return isListType(type) ? 1 + listDepth(type.ofType) : 0;
}
