import { type GraphQLFormattedError, getLocation } from 'graphql';
import type { ClientInput } from '../compile/variant.ts';
import type { ResponsePath } from '../errors.ts';

/** How GraphQL servers report that a variable has a value that its type does not allow. */
const INVALID_VARIABLE = /^Variable "\$(\w+)" got invalid value /;
/** The value, with strings as JSON writes them, and a position in it. */
const VALUE_AND_PLACE = /^(?:"(?:[^"\\]|\\.)*"|[^";])*; /;

/**
 * An invalid value of a custom scalar that only its subgraph can validate is still the client's mistake: it
 * is reported as such, in the client's names and with its place, but without the value, which may be a
 * secret. Undefined for any other error.
 */
export function inputFault(
  { message }: GraphQLFormattedError,
  path: ResponsePath | undefined,
  inputOf: (name: string) => ClientInput | undefined,
): GraphQLFormattedError | undefined {
  const found = INVALID_VARIABLE.exec(String(message));
  const input = found?.[1] === undefined ? undefined : inputOf(found[1]);
  if (!found || !input) return undefined;
  const { variable, node } = input;
  const rest = message.slice(found[0].length);
  const value = VALUE_AND_PLACE.exec(rest)?.[0];
  const reason = value === undefined ? '' : `; ${rest.slice(value.length)}`;
  const place = node.loc && getLocation(node.loc.source, node.loc.start);
  return {
    message: `${variable === undefined ? 'A literal' : `Variable "$${variable}"`} has an invalid value${reason}`,
    ...(path && { path }),
    ...(place && { locations: [{ line: place.line, column: place.column }] }),
    extensions: { code: 'BAD_USER_INPUT' },
  };
}
