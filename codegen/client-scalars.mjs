/**
 * The TypeScript of each scalar of `gateway/api.graphql` on the wire, where every one is JSON: give it
 * to GraphQL Code Generator as `scalars`, with `strictScalars: true` so that a new one cannot become
 * `unknown`.
 */
export default {
  CountryCode: 'string',
  Currency: 'string',
  DateTime: 'string',
  EmailAddress: 'string',
  EventCursor: 'string',
  Locale: 'string',
  SafeInt: 'number',
  TimeZone: 'string',
  LocalTime: 'string',
  URL: 'string',
  UUID: 'string',
  WebAuthnJSON: 'Record<string, unknown>',
};
