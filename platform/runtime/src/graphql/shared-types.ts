/**
 * The types that mean the same in every subgraph, each defined once. A subgraph's `schema.graphql` refers to
 * them by name; `withSharedTypes` adds those that it uses.
 */
export const SHARED_TYPES = /* GraphQL */ `
# What texts in inputs are, checked in one place (check-inputs.ts)

"""
One line of text in one form (NFC), with nothing invisible; \`max\` counts characters as people do.
"""
directive @label(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
A label that no mail client makes a link of: no address, no domain.
"""
directive @personName(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Any number of lines in one form (NFC); \`max\` counts characters as people do.
"""
directive @prose(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
A code, taken as it is: it is compared, and never shown as a text.
"""
directive @opaque(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Words to look for; what cannot be seen in them is left out.
"""
directive @searchWords(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
A label that holds no link.
"""
directive @placeName(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

# Values

"""
A moment of the years 1 to 9999, ISO 8601 in UTC.
"""
scalar DateTime @specifiedBy(url: "https://scalars.graphql.org/andimarek/date-time")

"""
RFC 4122 UUID, made by the client.
"""
scalar UUID @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc9562")

"""
A whole number up to 2^53 - 1.
"""
scalar SafeInt @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc7493#section-2.2")

"""
ISO 4217 currency code.
"""
scalar Currency @specifiedBy(url: "https://www.iso.org/iso-4217-currency-codes.html")

"""
ISO 3166-1 alpha-2 country code.
"""
scalar CountryCode @specifiedBy(url: "https://www.iso.org/iso-3166-country-codes.html")

"""
An e-mail address.
"""
scalar EmailAddress @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc5321")

"""
A name of the IANA time zone database.
"""
scalar TimeZone @specifiedBy(url: "https://www.iana.org/time-zones")

"""
What a clock shows, as 22:00.
"""
scalar LocalTime @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc3339")

"""
The whole address of a web page (https, or http), without a name and password.
"""
scalar URL @specifiedBy(url: "https://url.spec.whatwg.org/")

"""
BCP 47 language tag.
"""
scalar Locale @specifiedBy(url: "https://www.rfc-editor.org/info/bcp47")

"""
An amount in the currency's minor units (cents); no float ever carries money.
"""
type Money @shareable {
  """
  Whole minor units, e.g. 1999 for 19.99 EUR.
  """
  minorUnits: SafeInt!
  """
  ISO 4217 code.
  """
  currency: Currency!
  """
  For people, as they write amounts of money where this language is spoken.
  """
  formatted(
    """
    The language; the same for all who follow a stream.
    """
    locale: Locale = "en"
  ): String!
}

"""
An amount of a currency.
"""
input MoneyInput {
  """
  Whole minor units, e.g. 1999 for 19.99 EUR.
  """
  minorUnits: SafeInt!
  """
  ISO 4217 code.
  """
  currency: Currency!
}

"""
Where a parcel goes.
"""
type PostalAddress @shareable {
  """
  Who receives it.
  """
  name: String!
  """
  Street and number.
  """
  line1: String!
  """
  Floor, entrance and the like.
  """
  line2: String
  """
  City.
  """
  city: String!
  """
  State, province or county.
  """
  region: String
  """
  Postal code; null where the country has none.
  """
  postalCode: String
  """
  Country.
  """
  country: CountryCode!
  """
  For whoever delivers it.
  """
  phone: String
}

"""
Where a parcel goes.
"""
input PostalAddressInput {
  """
  Who receives it, 1 to 100 characters.
  """
  name: String! @label(max: 100)
  """
  Street and number, 1 to 200 characters.
  """
  line1: String! @label(max: 200)
  """
  Floor, entrance and the like, up to 200 characters.
  """
  line2: String @label(max: 200)
  """
  City, 1 to 100 characters.
  """
  city: String! @label(max: 100)
  """
  State, province or county, up to 100 characters.
  """
  region: String @label(max: 100)
  """
  Postal code, 1 to 20 characters; checked against what the country has, and needed where its post needs it.
  """
  postalCode: String @opaque(max: 20)
  """
  Country.
  """
  country: CountryCode!
  """
  For whoever delivers it, up to 30 characters.
  """
  phone: String @label(max: 30)
}

# Entities and lists

"""
Anything with an id of its own; \`node(id:)\` finds it.
"""
interface Node {
  """
  Opaque, starts with the type's prefix, never changes.
  """
  id: ID!
}

"""
Where a page stands in its list (Relay's connection rules).
"""
type PageInfo @shareable {
  """
  True when more follows this page.
  """
  hasNextPage: Boolean!
  """
  True when something comes before this page.
  """
  hasPreviousPage: Boolean!
  """
  Cursor of the page's first edge.
  """
  startCursor: String
  """
  Cursor of the page's last edge; give it as \`after\` to go on.
  """
  endCursor: String
}

# Files

"""
A file that is written when it is fetched.
"""
type Download @shareable {
  """
  Gives the file to whoever has this link, by GET: as good as the file itself.
  """
  url: URL!
  """
  When the link ends; a new one is made with each answer.
  """
  expiresAt: DateTime!
  """
  What to call it.
  """
  fileName: String!
  """
  Its media type, e.g. \`text/csv\`.
  """
  contentType: String!
}

# What takes a while

"""
Anything that takes a while.
"""
interface Job {
  """
  Opaque, never changes.
  """
  id: ID!
  """
  How far it is.
  """
  status: JobStatus!
  """
  From 0 to 1, where that is known.
  """
  progress: Float
  """
  When it was asked for.
  """
  createdAt: DateTime!
  """
  When it came to its end.
  """
  finishedAt: DateTime
  """
  Why it failed.
  """
  failure: String
}

"""
How far a job is.
"""
enum JobStatus {
  """
  It has not begun.
  """
  QUEUED
  """
  It is under way.
  """
  RUNNING
  """
  It is done.
  """
  SUCCEEDED
  """
  It could not be done; \`failure\` says why.
  """
  FAILED
  """
  It was called off.
  """
  CANCELLED
}

# Streams of events

"""
An opaque place in an event stream; give it back as \`after\`.
"""
scalar EventCursor

"""
Common shape of every resumable event. \`cursor\` goes back in as \`after\`.
"""
interface StreamEvent {
  """
  Continues right after this event.
  """
  cursor: EventCursor!
  """
  When it happened.
  """
  occurredAt: DateTime!
}

"""
Replay is over; what follows is live. Always sent, so \`cursor\` is a start even without \`after\`.
"""
type CaughtUp implements StreamEvent @shareable {
  """
  Continues right after this event.
  """
  cursor: EventCursor!
  """
  When it happened.
  """
  occurredAt: DateTime!
  """
  How many events were replayed before it.
  """
  replayed: Int!
}

"""
The cursor cannot be continued: refetch, then go on from this one.
"""
type StreamReset implements StreamEvent @shareable {
  """
  Continues right after this event.
  """
  cursor: EventCursor!
  """
  When it happened.
  """
  occurredAt: DateTime!
  """
  Why.
  """
  reason: StreamResetReason!
}

"""
Why a stream could not be continued.
"""
enum StreamResetReason {
  """
  What follows the cursor is no longer kept, or too much to replay.
  """
  CURSOR_EXPIRED
  """
  The cursor lies ahead of the stream.
  """
  CURSOR_UNKNOWN
  """
  The viewer may no longer read the stream.
  """
  ACCESS_CHANGED
}

# Failures of mutations

"""
An expected failure. \`code\` is stable, \`message\` is for people, \`path\` points into the input.
"""
interface UserError {
  """
  Stable, for programs.
  """
  code: String!
  """
  For people.
  """
  message: String!
  """
  Where in the input the trouble is, when it is in one place.
  """
  path: [String!]
}

"""
Something in the input cannot be accepted.
"""
type ValidationError implements UserError @shareable {
  """
  Stable, for programs.
  """
  code: String!
  """
  For people.
  """
  message: String!
  """
  Where in the input the trouble is, when it is in one place.
  """
  path: [String!]
}

"""
There is no such thing, or the viewer may not see it.
"""
type NotFoundError implements UserError @shareable {
  """
  Stable, for programs.
  """
  code: String!
  """
  For people.
  """
  message: String!
  """
  Where in the input the trouble is, when it is in one place.
  """
  path: [String!]
}

"""
The viewer may see it but may not do this.
"""
type ForbiddenError implements UserError @shareable {
  """
  Stable, for programs.
  """
  code: String!
  """
  For people.
  """
  message: String!
  """
  Where in the input the trouble is, when it is in one place.
  """
  path: [String!]
}

"""
It cannot be done in the present state.
"""
type ConflictError implements UserError @shareable {
  """
  Stable, for programs.
  """
  code: String!
  """
  For people.
  """
  message: String!
  """
  Where in the input the trouble is, when it is in one place.
  """
  path: [String!]
}

"""
Somebody changed it meanwhile: read it again and repeat the change.
"""
type VersionConflictError implements UserError @shareable {
  """
  Stable, for programs.
  """
  code: String!
  """
  For people.
  """
  message: String!
  """
  Where in the input the trouble is, when it is in one place.
  """
  path: [String!]
  """
  The version it has now.
  """
  currentVersion: Int!
}

"""
Too often; try again later.
"""
type RateLimitedError implements UserError @shareable {
  """
  Stable, for programs.
  """
  code: String!
  """
  For people.
  """
  message: String!
  """
  Where in the input the trouble is, when it is in one place.
  """
  path: [String!]
  """
  Seconds to wait.
  """
  retryAfterSeconds: Int!
}

"""
The idempotency key was used before with another input.
"""
type IdempotencyMismatchError implements UserError @shareable {
  """
  Stable, for programs.
  """
  code: String!
  """
  For people.
  """
  message: String!
  """
  Where in the input the trouble is, when it is in one place.
  """
  path: [String!]
}
`;
