import { namesOfDirectives } from '@souk/engine';
import { type ConstDirectiveNode, type DocumentNode, Kind, type ValueNode } from 'graphql';

/** How long a list is assumed to be; `@listSize`. */
export interface ListSize {
  readonly assumedSize: number | null;
  readonly slicingArguments: readonly string[];
  readonly sizedFields: readonly string[];
  /** Exactly one of the slicing arguments must give the size, which is the directive's default. */
  readonly requireOneSlicingArgument: boolean;
}

export interface CostRules {
  /** Weights by `Type`, `Type.field` (of inputs too) or `Type.field(argument)`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

/** Reads `@cost` and `@listSize` (the IBM cost specification, as federation carries it). */
export function costRulesOf(supergraph: DocumentNode): CostRules {
  const names = namesOfDirectives(supergraph, 'cost', ['cost', 'listSize']);
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const read = (key: string, directives: readonly ConstDirectiveNode[] | undefined) => {
    for (const { name, arguments: given } of directives ?? []) {
      const values = new Map(given?.map((argument) => [argument.name.value, argument.value]));
      if (name.value === names.get('cost')) weights.set(key, numberOf(values.get('weight')) ?? 1);
      if (name.value !== names.get('listSize')) continue;
      listSizes.set(key, {
        assumedSize: numberOf(values.get('assumedSize')),
        slicingArguments: textsOf(values.get('slicingArguments')),
        sizedFields: textsOf(values.get('sizedFields')),
        requireOneSlicingArgument: isTrue(values.get('requireOneSlicingArgument') ?? TRUE),
      });
    }
  };
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || !definition.name || !('directives' in definition)) continue;
    const typeName = definition.name.value;
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    read(typeName, definition.directives as readonly ConstDirectiveNode[]);
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
      definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION
    )
      continue;
    for (const field of definition.fields ?? []) {
      const key = `${typeName}.${field.name.value}`;
      read(key, field.directives);
      if (field.kind === Kind.INPUT_VALUE_DEFINITION) continue;
      for (const argument of field.arguments ?? [])
        read(`${key}(${argument.name.value})`, argument.directives);
    }
  }
  return { weights, listSizes };
}

/**
 * What is declared for a field by each of its keys: that of the type it is selected of, then of all
 * that this may stand for. A type that declares nothing has what its interface does.
 */
export function declaredFor<Rule>(
  [own, ...others]: readonly string[],
  rules: ReadonlyMap<string, Rule>,
): readonly (Rule | undefined)[] {
  const ofOwn = own === undefined ? undefined : rules.get(own);
  if (others.length === 0) return [ofOwn];
  const declared = others.map((key) => rules.get(key) ?? ofOwn);
  return ofOwn === undefined ? declared : [ofOwn, ...declared];
}

const numberOf = (value: ValueNode | undefined): number | null =>
  value && 'value' in value && Number.isFinite(Number(value.value)) ? Number(value.value) : null;

const TRUE: ValueNode = { kind: Kind.BOOLEAN, value: true };

const isTrue = (value: ValueNode): boolean => value.kind === Kind.BOOLEAN && value.value;

const textsOf = (value: ValueNode | undefined): string[] =>
  value?.kind === Kind.LIST
    ? value.values.flatMap((item) => (item.kind === Kind.STRING ? [item.value] : []))
    : [];
