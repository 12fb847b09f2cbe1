import { type GraphQLError, type GraphQLSchema, getVariableValues } from 'graphql';
import { requestError } from '../errors.ts';
import type { PreparedOperation, Variables } from '../types.ts';

export type CoercedVariables =
  | { readonly values: Variables; readonly errors?: undefined }
  | { readonly values?: undefined; readonly errors: readonly GraphQLError[] };

const NONE: CoercedVariables = { values: {} };

/**
 * Checks a request's variables against the schema that clients see and fills in defaults. What goes
 * to subgraphs is still what the client sent: they coerce by their own scalars.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  prepared: PreparedOperation,
  variables: Variables | undefined,
): CoercedVariables {
  const definitions = prepared.operation.variableDefinitions;
  if (!definitions || definitions.length === 0) return NONE;
  const { coerced, errors } = getVariableValues(schema, definitions, variables ?? {}, {
    maxErrors: 5,
  });
  if (coerced) return { values: coerced };
  return {
    errors: errors.map((error: GraphQLError) =>
      requestError('BAD_USER_INPUT', error.message, error),
    ),
  };
}
