import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { DateTimeISOResolver, LocalTimeResolver, SafeIntResolver } from 'graphql-scalars';
import { SCALAR_RULES } from '../domain/text/scalar-rules.ts';
import { WebAuthnJson } from './webauthn-json.ts';

/** An opaque position in one event stream or several; longer texts cannot be ours. */
const MAX_CURSOR_LENGTH = 8_192;
const eventCursor = (value: unknown): string => {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_CURSOR_LENGTH) {
    throw badValue('This is not a cursor of an event stream.');
  }
  return value;
};

const badValue = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');
/** A moment that, with its offset applied, databases and other clients can represent. */
function withinEras(moment: Date): Date {
  if (moment.getTime() >= FIRST_MOMENT && moment.getTime() <= LAST_MOMENT) return moment;
  throw badValue('A time must be in the years 1 to 9999.');
}
const moments = new GraphQLScalarType<Date, string>({
  ...DateTimeISOResolver.toConfig(),
  parseValue: (value) => withinEras(DateTimeISOResolver.parseValue(value)),
  parseLiteral: (node, variables) => withinEras(DateTimeISOResolver.parseLiteral(node, variables)),
});

const textScalar = (name: string, parse: (value: unknown) => string): GraphQLScalarType =>
  new GraphQLScalarType<string, string>({
    name,
    serialize: parse,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });

/**
 * A scalar of forms: GraphQL accepts any text, so that `checkInputs` can report a wrong one with its path,
 * together with the form's other mistakes.
 */
const formScalar = (name: string): GraphQLScalarType =>
  textScalar(name, (value) => {
    if (typeof value !== 'string') throw badValue(`${name} must be a string.`);
    return value;
  });

const SCALARS: Record<string, GraphQLScalarType> = {
  DateTime: moments,
  SafeInt: SafeIntResolver,
  LocalTime: LocalTimeResolver,
  WebAuthnJSON: WebAuthnJson,
  EventCursor: textScalar('EventCursor', eventCursor),
  ...Object.fromEntries(Object.keys(SCALAR_RULES).map((name) => [name, formScalar(name)])),
};

/** The resolvers of those scalars that a schema declares. */
export const scalarsDeclaredIn = (typeDefs: string): Record<string, GraphQLScalarType> =>
  Object.fromEntries(
    Object.entries(SCALARS).filter(([name]) =>
      new RegExp(`^scalar ${name}\\b`, 'm').test(typeDefs),
    ),
  );
