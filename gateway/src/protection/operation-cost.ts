import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { CostRules, ListSize } from './cost-rules.ts';

export interface OperationCost {
  readonly cost: number;
  /** Paging arguments outside what any list gives, e.g. `products(first: 1000000)`. */
  readonly pages: readonly { readonly argument: string; readonly value: number }[];
}

export interface CostInput {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly largestPage: number;
}

/** Taken for a list that says nothing about its size. */
const ASSUMED_LIST_SIZE = 10;
/** A mutation changes things, which is dearer than looking at them. */
const MUTATION_COST = 10;
/** Where the walk gives up; only reached when the limit on fields is off. */
const MAX_STEPS = 100_000;

/** Estimates what an operation costs, the number of objects it may touch being the measure. */
export function costOf(input: CostInput): OperationCost {
  const { schema, rules, document, operation, variables, largestPage } = input;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const defaults = new Map(
    operation.variableDefinitions?.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue,
    ]),
  );
  const pages: { argument: string; value: number }[] = [];
  let steps = 0;

  /** The whole number given to an argument, if any. */
  const numberGiven = (
    field: FieldNode,
    definition: GraphQLField<unknown, unknown>,
    name: string,
  ) => {
    let node = field.arguments?.find((argument) => argument.name.value === name)?.value;
    if (node?.kind === Kind.VARIABLE) {
      const value = variables[node.name.value];
      if (typeof value === 'number') return value;
      if (value === null) return null;
      node = defaults.get(node.name.value);
    }
    if (node) return node.kind === Kind.INT ? Number(node.value) : null;
    const fallback = definition.args.find((argument) => argument.name === name)?.defaultValue;
    return typeof fallback === 'number' ? fallback : null;
  };

  const sizeBy = (
    field: FieldNode,
    definition: GraphQLField<unknown, unknown>,
    size: ListSize,
  ): number => {
    const given = size.slicingArguments.flatMap((argument) => {
      const value = numberGiven(field, definition, argument);
      if (value === null) return [];
      if (value < 0 || value > largestPage) pages.push({ argument, value });
      return [Math.max(0, value)];
    });
    return given.length > 0 ? Math.max(...given) : (size.assumedSize ?? ASSUMED_LIST_SIZE);
  };

  const ofField = (
    field: FieldNode,
    typeName: string,
    sized: ReadonlyMap<string, number>,
  ): number => {
    steps += 1;
    if (steps > MAX_STEPS) return Number.POSITIVE_INFINITY;
    const parent = schema.getType(typeName);
    const definition =
      isObjectType(parent) || isInterfaceType(parent)
        ? parent.getFields()[field.name.value]
        : undefined;
    if (!definition) return 0;
    const key = `${typeName}.${field.name.value}`;
    const named = getNamedType(definition.type);
    const listSize = rules.listSizes.get(key);
    const isList = isListType(
      isNonNullType(definition.type) ? definition.type.ofType : definition.type,
    );
    const declared = listSize ? sizeBy(field, definition, listSize) : null;
    const inherited = sized.get(field.name.value);
    const passesOn = listSize && listSize.sizedFields.length > 0 && declared !== null;
    const times = isList ? (inherited ?? (passesOn ? null : declared) ?? ASSUMED_LIST_SIZE) : 1;
    const below = new Map(passesOn ? listSize.sizedFields.map((name) => [name, declared]) : []);
    const weight =
      rules.weights.get(key) ?? rules.weights.get(named.name) ?? (isCompositeType(named) ? 1 : 0);
    const given = (field.arguments ?? []).reduce(
      (sum, argument) => sum + (rules.weights.get(`${key}(${argument.name.value})`) ?? 0),
      0,
    );
    const inner =
      field.selectionSet && isCompositeType(named)
        ? ofSelections(field.selectionSet, named.name, below)
        : 0;
    return given + times * (weight + inner);
  };

  const ofSelections = (
    set: SelectionSetNode,
    typeName: string,
    sized: ReadonlyMap<string, number>,
  ): number => {
    let sum = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        sum += ofField(selection, typeName, sized);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (!fragment || steps > MAX_STEPS) continue;
      steps += 1;
      sum += ofSelections(
        fragment.selectionSet,
        fragment.typeCondition?.name.value ?? typeName,
        sized,
      );
    }
    return sum;
  };

  const root = schema.getRootType(operation.operation);
  const base = operation.operation === OperationTypeNode.MUTATION ? MUTATION_COST : 0;
  const cost = root ? base + ofSelections(operation.selectionSet, root.name, new Map()) : 0;
  return { cost, pages };
}
