import {
  type GraphQLFormattedError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isNonNullType,
} from 'graphql';
import type { TestSubgraph } from '../test-supergraph.ts';
import { fieldFunctions, subgraphs } from './market.ts';

const FAULT_CODE = 'OUT_OF_ORDER';

/** The same whenever it is asked for: one in five things, by a hash of its name (FNV-1a). */
function isFaulty(name: string): boolean {
  let hash = 0x811c9dc5;
  for (const character of name) {
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193) >>> 0;
  }
  return hash % 5 === 0;
}

// biome-ignore lint/suspicious/noExplicitAny: rows and arguments of any type
type Resolve = (row: any, given: any) => unknown;
type Functions = Readonly<Record<string, Readonly<Record<string, Resolve>>>>;

/** Some subgraphs know these by their interface alone. */
const INTERFACE_OF: Readonly<Record<string, string>> = { Book: 'Product', Toy: 'Product' };

/** Functions of which some fail that may be null, each for the same of its objects wherever they are asked. */
function allFaulty(
  functions: Functions,
  schema: GraphQLSchema,
): Record<string, Record<string, Resolve>> {
  const mayBeNull = (type: string, field: string): boolean => {
    const definition = schema.getType(type) as GraphQLObjectType | undefined;
    return !isNonNullType(definition?.getFields()[field]?.type);
  };
  const faulty = (type: string, field: string, resolve: Resolve): Resolve =>
    field.startsWith('__') || !mayBeNull(type, field)
      ? resolve
      : (row, given) => {
          const name = `${INTERFACE_OF[type] ?? type}.${field} ${row?.id ?? ''}`;
          if (!isFaulty(name)) return resolve(row, given);
          throw Object.assign(new Error('Out of order.'), { extensions: { code: FAULT_CODE } });
        };
  return Object.fromEntries(
    Object.entries(functions).map(([type, fields]) => [
      type,
      Object.fromEntries(
        Object.entries(fields).map(([field, resolve]) => [field, faulty(type, field, resolve)]),
      ),
    ]),
  );
}

/** The market in which some fields fail, as its subgraphs. */
export const faultyMarket = (schema: GraphQLSchema): readonly TestSubgraph[] =>
  subgraphs.map((each) => ({ ...each, resolvers: allFaulty(each.resolvers, schema) }));

/** The same as one schema. */
export const faultyFields = (schema: GraphQLSchema) => allFaulty(fieldFunctions, schema);

/**
 * Where what failed, by path and code. A plan may fetch for some objects what was asked of others, and fail at it:
 * what nobody asked for is nowhere in the data.
 */
export const failedPlaces = (
  errors: readonly GraphQLFormattedError[] | undefined,
  data: unknown,
): string[] =>
  (errors ?? [])
    .filter(({ path = [] }) => leadsSomewhere(data, path))
    .map(({ path, extensions }) => JSON.stringify([path, extensions?.code]))
    .sort();

function leadsSomewhere(value: unknown, [name, ...below]: readonly (string | number)[]): boolean {
  if (name === undefined || typeof value !== 'object' || value === null) return true;
  const inner = (value as Record<typeof name, unknown>)[name];
  return inner !== undefined && leadsSomewhere(inner, below);
}
