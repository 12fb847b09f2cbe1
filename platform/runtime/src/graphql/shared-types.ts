/**
 * The types that mean the same in every subgraph, each defined once. A subgraph's `schema.graphql` refers to
 * them by name; `withSharedTypes` adds those that it uses.
 */
export const SHARED_TYPES = /* GraphQL */ `
# What texts in inputs are, checked in one place (check-inputs.ts)

"""
One line of text, normalised (NFC) and without invisible characters; \`max\` counts characters as people do.
"""
directive @label(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
A label in which no email client finds a link: it contains no address and no domain.
"""
directive @personName(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Any number of lines, normalised (NFC); \`max\` counts characters as people do.
"""
directive @prose(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
A code, taken as it is: it is compared, and never shown as text.
"""
directive @opaque(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Words to search for; invisible characters are removed.
"""
directive @searchWords(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
A label without links.
"""
directive @placeName(max: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

# Values

"""
A point in time in the years 1 to 9999, in ISO 8601 format and UTC.
"""
scalar DateTime @specifiedBy(url: "https://scalars.graphql.org/andimarek/date-time")

"""
A UUID (RFC 9562), created by the client.
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
An email address.
"""
scalar EmailAddress @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc5321")

"""
A name of the IANA time zone database.
"""
scalar TimeZone @specifiedBy(url: "https://www.iana.org/time-zones")

"""
A time of day, such as 22:00.
"""
scalar LocalTime @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc3339")

"""
The complete address of a web page (https or http), without a user name and password.
"""
scalar URL @specifiedBy(url: "https://url.spec.whatwg.org/")

"""
BCP 47 language tag.
"""
scalar Locale @specifiedBy(url: "https://www.rfc-editor.org/info/bcp47")

"""
An amount of money in the currency's minor units (cents), never as a float.
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
  The amount as text for people, in the format of the language.
  """
  formatted(
    """
    The language; everybody who follows the same stream gets the same.
    """
    locale: Locale = "en"
  ): String!
}

"""
An amount of money.
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
A postal address.
"""
type PostalAddress @shareable {
  """
  The recipient.
  """
  name: String!
  """
  Street and number.
  """
  line1: String!
  """
  Floor, entrance and so on.
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
  A phone number for the carrier.
  """
  phone: String
}

"""
A postal address.
"""
input PostalAddressInput {
  """
  The recipient, 1 to 100 characters.
  """
  name: String! @label(max: 100)
  """
  Street and number, 1 to 200 characters.
  """
  line1: String! @label(max: 200)
  """
  Floor, entrance and so on, up to 200 characters.
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
  Postal code, 1 to 20 characters; checked against the country's format, and required where its postal service requires it.
  """
  postalCode: String @opaque(max: 20)
  """
  Country.
  """
  country: CountryCode!
  """
  A phone number for the carrier, up to 30 characters.
  """
  phone: String @label(max: 30)
}

# Entities and lists

"""
Anything with an id of its own; \`node(id:)\` finds it.
"""
interface Node {
  """
  Opaque; starts with the type's prefix and never changes.
  """
  id: ID!
}

"""
Information for reading the next or previous page (Relay's connection rules).
"""
type PageInfo @shareable {
  """
  True if there are items after this page.
  """
  hasNextPage: Boolean!
  """
  True if there are items before this page.
  """
  hasPreviousPage: Boolean!
  """
  Cursor of the page's first edge.
  """
  startCursor: String
  """
  Cursor of the page's last edge; pass it as \`after\` to continue.
  """
  endCursor: String
}

# Files

"""
A file that is generated when it is downloaded.
"""
type Download @shareable {
  """
  Anybody who has this link can download the file by GET: keep it as safe as the file itself.
  """
  url: URL!
  """
  When the link expires; each answer contains a new one.
  """
  expiresAt: DateTime!
  """
  The suggested file name.
  """
  fileName: String!
  """
  Its media type, e.g. \`text/csv\`.
  """
  contentType: String!
}

# What takes a while

"""
A task that takes a while.
"""
interface Job {
  """
  Opaque; never changes.
  """
  id: ID!
  """
  Its current status.
  """
  status: JobStatus!
  """
  From 0 to 1, if known.
  """
  progress: Float
  """
  When it was requested.
  """
  createdAt: DateTime!
  """
  When it finished.
  """
  finishedAt: DateTime
  """
  Why it failed.
  """
  failure: String
}

"""
The status of a job.
"""
enum JobStatus {
  """
  It has not started.
  """
  QUEUED
  """
  It is running.
  """
  RUNNING
  """
  It succeeded.
  """
  SUCCEEDED
  """
  It failed; \`failure\` says why.
  """
  FAILED
  """
  It was cancelled.
  """
  CANCELLED
}

# Streams of events

"""
An opaque position in an event stream; pass it back as \`after\`.
"""
scalar EventCursor

"""
The common shape of every resumable event. Pass \`cursor\` back as \`after\`.
"""
interface StreamEvent {
  """
  Pass it as \`after\` to continue right after this event.
  """
  cursor: EventCursor!
  """
  When it happened.
  """
  occurredAt: DateTime!
}

"""
The replay is complete; what follows is live. Always sent, so that \`cursor\` is a starting point even without \`after\`.
"""
type CaughtUp implements StreamEvent @shareable {
  """
  Pass it as \`after\` to continue right after this event.
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
The stream cannot continue from the given cursor: read the data again, then continue from this one.
"""
type StreamReset implements StreamEvent @shareable {
  """
  Pass it as \`after\` to continue right after this event.
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
  The events after the cursor are no longer stored, or there are too many to replay.
  """
  CURSOR_EXPIRED
  """
  The cursor is ahead of the stream.
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
  A stable code, for programs.
  """
  code: String!
  """
  A message for people.
  """
  message: String!
  """
  Where in the input the problem is, if it is in one place.
  """
  path: [String!]
}

"""
Something in the input is invalid.
"""
type ValidationError implements UserError @shareable {
  """
  A stable code, for programs.
  """
  code: String!
  """
  A message for people.
  """
  message: String!
  """
  Where in the input the problem is, if it is in one place.
  """
  path: [String!]
}

"""
It does not exist, or the viewer may not see it.
"""
type NotFoundError implements UserError @shareable {
  """
  A stable code, for programs.
  """
  code: String!
  """
  A message for people.
  """
  message: String!
  """
  Where in the input the problem is, if it is in one place.
  """
  path: [String!]
}

"""
The viewer may see it but may not do this.
"""
type ForbiddenError implements UserError @shareable {
  """
  A stable code, for programs.
  """
  code: String!
  """
  A message for people.
  """
  message: String!
  """
  Where in the input the problem is, if it is in one place.
  """
  path: [String!]
}

"""
It cannot be done in the current state.
"""
type ConflictError implements UserError @shareable {
  """
  A stable code, for programs.
  """
  code: String!
  """
  A message for people.
  """
  message: String!
  """
  Where in the input the problem is, if it is in one place.
  """
  path: [String!]
}

"""
Somebody changed it in the meantime: read it again and repeat the change.
"""
type VersionConflictError implements UserError @shareable {
  """
  A stable code, for programs.
  """
  code: String!
  """
  A message for people.
  """
  message: String!
  """
  Where in the input the problem is, if it is in one place.
  """
  path: [String!]
  """
  The current version.
  """
  currentVersion: Int!
}

"""
Too many requests; try again later.
"""
type RateLimitedError implements UserError @shareable {
  """
  A stable code, for programs.
  """
  code: String!
  """
  A message for people.
  """
  message: String!
  """
  Where in the input the problem is, if it is in one place.
  """
  path: [String!]
  """
  How many seconds to wait.
  """
  retryAfterSeconds: Int!
}

"""
The idempotency key was used before with a different input.
"""
type IdempotencyMismatchError implements UserError @shareable {
  """
  A stable code, for programs.
  """
  code: String!
  """
  A message for people.
  """
  message: String!
  """
  Where in the input the problem is, if it is in one place.
  """
  path: [String!]
}
`;
