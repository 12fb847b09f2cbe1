import { type GraphQLSchema, isScalarType } from 'graphql';
import type { ScalarChecks } from '../options.ts';

/**
 * Lets a schema that was built from text refuse the values that its subgraphs would refuse: a value that a
 * scalar does not allow is then reported as the client's mistake, with its place, before anything runs.
 */
export function checkScalars(schema: GraphQLSchema, checks: ScalarChecks): void {
  for (const [name, { parseValue, parseLiteral }] of Object.entries(checks)) {
    const type = schema.getType(name);
    if (isScalarType(type)) Object.assign(type, { parseValue, parseLiteral });
  }
}
