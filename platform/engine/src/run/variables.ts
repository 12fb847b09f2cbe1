import { type GraphQLError, type GraphQLSchema, getVariableValues } from 'graphql';
import { requestError, withoutSuggestion } from '../errors.ts';
import type { PreparedOperation, Variables } from '../operation.ts';

export type CoercedVariables =
  | { readonly values: Variables; readonly errors?: undefined }
  | { readonly values?: undefined; readonly errors: readonly GraphQLError[] };

/** The schema that variables are checked against, and whether names are suggested for misspelled ones. */
export interface VariableRules {
  readonly apiSchema: GraphQLSchema;
  readonly suggests: boolean;
}

const NONE: CoercedVariables = { values: {} };

/**
 * Checks a request's variables against the schema that clients see and fills in defaults. Subgraphs are still
 * sent what the client sent: they coerce it with their own scalars.
 */
export function coerceVariables(
  { apiSchema: schema, suggests }: VariableRules,
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
    errors: errors.map((error: GraphQLError) => {
      const problem = requestError('BAD_USER_INPUT', messageWithoutValue(error), error);
      return suggests ? problem : withoutSuggestion(problem);
    }),
  };
}

/**
 * The beginning of graphql-js's message: the variable, its value as it is printed, and where in it the
 * problem is.
 */
const BEGINNING = /^(Variable "\$\w+") got invalid value (.*?)( at "\w+(?:\.\w+|\[\d+\])+")?$/s;
const NO_SECRET = /^(?:null|undefined|true|false)$/;
/** Shorter values may occur among the words of any reason. */
const SHORTEST_TEXT = 4;

/**
 * graphql-js's message about a variable, without the value: otherwise a mistyped form would be sent back
 * whole, with its password, and appear in every log on the way.
 */
function messageWithoutValue({ message, originalError }: GraphQLError): string {
  const reason = originalError?.message;
  const found = reason && BEGINNING.exec(message.slice(0, -`; ${reason}`.length));
  if (!found) return message;
  const [, variable, value = '', place = ''] = found;
  // A value that is also a word of the reason is not a secret.
  const shown = NO_SECRET.test(value) ? [] : [value];
  const text = value.slice(1, -1);
  if (value.startsWith('"') && text.length >= SHORTEST_TEXT) shown.push(text);
  const safeReason = shown.reduce((words, secret) => words.replaceAll(secret, '…'), reason);
  return `${variable} has an invalid value${place}; ${safeReason}`;
}
