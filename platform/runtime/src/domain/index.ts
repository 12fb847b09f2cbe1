/** What pure domain rules may use: errors, ids, time, money, texts, the viewer. Nothing here does I/O. */

export type { Activity } from './activity.ts';
export {
  checkedPostalAddress,
  type PostalAddress,
  type PostalAddressInput,
} from './address/postal-address.ts';
export { type Attention, attention } from './attention.ts';
export { type Clock, systemClock } from './clock.ts';
export { digestBytesOf, digestOf } from './digest.ts';
export { DAY_MS, HOUR_MS, MINUTE_MS } from './durations.ts';
export {
  accountSuspended,
  apiKeyScopeMissing,
  badInput,
  badRequest,
  idempotencyKeyReused,
  notFound,
  rateLimited,
  serviceUnavailable,
  unauthenticated,
  versionConflict,
} from './errors/common-errors.ts';
export { DomainError, ERROR_TYPES } from './errors/domain-error.ts';
export { assertExactlyOne } from './errors/exactly-one.ts';
export {
  allOf,
  type CurrentThings,
  checkAll,
  checkEach,
  type FormChecks,
  type FormLookups,
  isAllowed,
  mistakesOf,
  SeveralErrors,
  throwAll,
} from './errors/several-errors.ts';
export {
  CODE_ALPHABET,
  CODE_LENGTH,
  CODE_LIFETIME_MS,
  challengeDigest,
  codeDigest,
  isChallengeId,
  isCode,
  MAX_TRIES,
  newChallengeId,
  newCode,
  normalCode,
} from './ids/challenge.ts';
export { firstIdAt, isFresh } from './ids/fresh-ids.ts';
export { pairId, pairOf } from './ids/pair-id.ts';
export { isSecretId, newSecretId } from './ids/secret-id.ts';
export { deskIdOf, personalSellerIdOf, sellerIdOfDesk } from './ids/seller-ids.ts';
export {
  ID_TYPES,
  type IdPrefix,
  isIdOf,
  isShareable,
  type NewId,
  newId,
  PAIR_ID_TYPES,
  type PairPrefix,
  SHAREABLE_TYPES,
  typeOfId,
} from './ids/typed-id.ts';
export { ownerOf, viewerIdOf } from './ids/viewer-id.ts';
export { CURRENCIES, minorUnitDigits } from './money/currencies.ts';
export {
  decimalOf,
  formatMoney,
  isSameMoney,
  type Money,
  type MoneyInput,
  moneyOf,
  numberOf,
  type ShownMoney,
  sumOfMoney,
} from './money/money.ts';
export { storedMinor, sumMinor, timesMinor, tooMuchMoney } from './money/sums.ts';
export { rememberLatest } from './remember-latest.ts';
export { highlightsOf, type TextSpan } from './search/highlights.ts';
export { searchTermsOf, sortKeyOf } from './search/search-words.ts';
export { createSignedCursors, type SignedCursors } from './signed-cursors.ts';
export { createSignedLinks, type Grant, type SignedLinks } from './signed-links.ts';
export { SHOWN_UP_TO, shownQuantity } from './stock/shown-quantity.ts';
export { withoutHidden } from './text/characters.ts';
export { checkedWhole } from './text/checked-whole.ts';
export { type CsvCell, csvRow } from './text/csv.ts';
export { canonicalEmail } from './text/email-address.ts';
export { emojiOf } from './text/emoji.ts';
export { cutText, excerptOf } from './text/graphemes.ts';
export { SCALAR_RULES, storedWebAddress } from './text/scalar-rules.ts';
export { slugOf, trimmedSlug } from './text/slug.ts';
export { label as labelText, prose as proseText } from './text/text-rules.ts';
export {
  API_KEY_SCOPES,
  type ApiKeyScope,
  ROLES,
  type Role,
  refuseBeyondApiKey,
  refuseSuspended,
  requireScopes,
  requireViewer,
  scopesOf,
  scopesOfRoles,
  type Viewer,
} from './viewer.ts';
