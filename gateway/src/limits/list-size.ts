import { argumentOf } from '@souk/engine';
import {
  type FieldNode,
  type GraphQLField,
  isListType,
  isNonNullType,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { ownProperty } from '../own-property.ts';
import type { ListSize } from './cost-rules.ts';

/** Assumed for a list without any declared size. */
export const ASSUMED_LIST_SIZE = 10;

/** The values of an operation's variables, its own defaults included; `withoutPrototype`. */
export type VariableValues = Readonly<Record<string, unknown>>;

export interface CountedList {
  /** At most this many items come back. */
  readonly size: number;
  /** Requested sizes that no list allows, e.g. `products(first: 1000000)`. */
  readonly outOfRange: readonly { readonly argument: string; readonly value: number }[];
  /** Exactly one of the slicing arguments is required, but none or several were given. */
  readonly isAmbiguous: boolean;
}

/** How long the list of a field can be, according to `@listSize` and its arguments. */
export function countedList(
  field: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  rule: ListSize | undefined,
  { variables, largestPage }: { variables: VariableValues; largestPage: number },
): CountedList {
  const outOfRange: { argument: string; value: number }[] = [];
  const slicing = rule?.slicingArguments ?? [];
  const plural = slicing.length === 0 ? pluralArgument(definition) : null;
  const given = [...slicing, ...(plural === null ? [] : [plural])].flatMap((argument) => {
    const value = sizeIn(valueAt(argument.split('.'), field, definition, variables), plural);
    if (value === null) return [];
    if (value < 0 || value > largestPage) outOfRange.push({ argument, value });
    return [Math.max(0, value)];
  });
  const size = given.length > 0 ? Math.max(...given) : (rule?.assumedSize ?? ASSUMED_LIST_SIZE);
  const demandsOne = slicing.length > 0 && rule?.requireOneSlicingArgument === true;
  return { size, outOfRange, isAmbiguous: demandsOne && given.length !== 1 };
}

/**
 * The argument of Relay's plural identifying root fields, such as `nodes(ids:)`: the field's only argument, a
 * list that is answered by a list of the same length. Composition does not accept a list as a slicing
 * argument.
 */
function pluralArgument({ type, args }: GraphQLField<unknown, unknown>): string | null {
  const [only, ...others] = args;
  const isPlural = only?.name === 'ids' && others.length === 0 && isList(type) && isList(only.type);
  return isPlural ? only.name : null;
}

const isList = (type: unknown): boolean =>
  isListType(type) || (isNonNullType(type) && isListType(type.ofType));

/** A single value stands for a list of one. */
function sizeIn(value: unknown, plural: string | null): number | null {
  if (Array.isArray(value)) return value.length;
  if (value === null || value === undefined) return null;
  if (plural !== null) return 1;
  return typeof value === 'number' ? value : null;
}

/** The value of an argument or of a field inside it; its default when it is missing or null. */
function valueAt(
  [name = '', ...inner]: readonly string[],
  field: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  variables: VariableValues,
): unknown {
  const node = argumentOf(field, name);
  const given = node && literalValue(node, variables);
  const fallback = definition.args.find((argument) => argument.name === name)?.defaultValue;
  return inner.reduce(memberOf, given ?? fallback);
}

export const literalValue = (node: ValueNode, variables: VariableValues): unknown =>
  valueFromASTUntyped(node, variables as Record<string, unknown>);

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? ownProperty(value as Record<string, unknown>, name)
    : undefined;
