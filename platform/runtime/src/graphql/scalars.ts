import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import {
  CountryCodeResolver,
  CurrencyResolver,
  DateTimeISOResolver,
  EmailAddressResolver,
  LocaleResolver,
  LocalTimeResolver,
  SafeIntResolver,
  TimeZoneResolver,
  URLResolver,
  UUIDResolver,
} from 'graphql-scalars';

/** An opaque place in an event stream; longer texts were never one of ours. */
const MAX_CURSOR_LENGTH = 256;
const eventCursor = (value: unknown): string => {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_CURSOR_LENGTH) {
    throw new GraphQLError('This is not a cursor of an event stream.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return value;
};

const EventCursorResolver = new GraphQLScalarType<string, string>({
  name: 'EventCursor',
  description: 'An opaque place in an event stream; give it back as `after`.',
  serialize: eventCursor,
  parseValue: eventCursor,
  parseLiteral: (node) => eventCursor(node.kind === Kind.STRING ? node.value : undefined),
});

const SCALARS: Record<string, GraphQLScalarType> = {
  DateTime: DateTimeISOResolver,
  UUID: UUIDResolver,
  URL: URLResolver,
  EmailAddress: EmailAddressResolver,
  Locale: LocaleResolver,
  CountryCode: CountryCodeResolver,
  Currency: CurrencyResolver,
  SafeInt: SafeIntResolver,
  TimeZone: TimeZoneResolver,
  LocalTime: LocalTimeResolver,
  EventCursor: EventCursorResolver,
};

/** The resolvers of those scalars that a schema declares. */
export const scalarsDeclaredIn = (typeDefs: string): Record<string, GraphQLScalarType> =>
  Object.fromEntries(
    Object.entries(SCALARS).filter(([name]) =>
      new RegExp(`^scalar ${name}\\b`, 'm').test(typeDefs),
    ),
  );
