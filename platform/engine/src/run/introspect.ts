import { executeSync, type GraphQLSchema } from 'graphql';
import type { IntrospectionPart } from '../compile/introspection.ts';
import type { Variables } from '../operation.ts';

/** JSON text of each introspection field, by its slot. */
export function introspect(
  schema: GraphQLSchema,
  { document, slots }: IntrospectionPart,
  variableValues: Variables,
): ReadonlyMap<number, string> {
  const { data } = executeSync({ schema, document, variableValues });
  return new Map(
    [...slots].map(([name, slot]) => [slot, JSON.stringify(data?.[name] ?? null)] as const),
  );
}
