import { badInput } from '../errors/common-errors.ts';
import { canonicalCurrency } from '../money/currencies.ts';
import { canonicalEmail } from './email-address.ts';

type Path = readonly (string | number)[];

/** The canonical form of a value, or null when it is invalid. */
type Canonical = (text: string) => string | null;

const rule =
  (canonical: Canonical, message: string) =>
  (text: string, path: Path): string => {
    const value = canonical(text);
    if (value === null) throw badInput(message, path);
    return value;
  };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUID as it is compared: in lower case, however it was written. */
export const canonicalUuid: Canonical = (text) => {
  const uuid = text.trim().toLowerCase();
  return UUID.test(uuid) ? uuid : null;
};

/** An address is kept as it was written; the domain compares `canonicalEmail`. */
const writtenEmail: Canonical = (text) => (canonicalEmail(text) === null ? null : text.trim());

/** The longest tag that RFC 5646 requires everybody to support. */
const MAX_LOCALE_LENGTH = 35;

const canonicalLocale: Canonical = (text) => {
  if (text.length > MAX_LOCALE_LENGTH) return null;
  return orNull(() => Intl.getCanonicalLocales(text.trim())[0] ?? null);
};

/** Regions that Unicode names and ISO 3166-1 does not. */
const NO_COUNTRIES = new Set(
  'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH NT QO RH SU TA TP UK UN VD XA XB XK YD YU ZR ZZ'.split(
    ' ',
  ),
);
const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

const canonicalCountry: Canonical = (text) => {
  const given = text.trim();
  const code = /^[A-Za-z]{2}$/.test(given) ? given.toUpperCase() : '';
  const isCountry = code !== '' && !NO_COUNTRIES.has(code) && regions.of(code);
  return isCountry ? code : null;
};

const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/;

const ZONES = new Map(Intl.supportedValuesOf('timeZone').map((zone) => [zone.toLowerCase(), zone]));
/** As nearly all zones are written: with a capital for each word. */
const inCapitals = (zone: string) =>
  zone.toLowerCase().replace(/(?<=^|[/_-])[a-z]/g, (letter) => letter.toUpperCase());

/**
 * A zone has one or two spellings, not as many as there are ways to mix capitals, since data about zones is
 * cached. A name that the list omits as an alias of another zone is accepted (Europe/Kyiv).
 */
const canonicalTimeZone: Canonical = (text) => {
  const zone = text.trim();
  if (!ZONE.test(zone) || zone.length > 64) return null;
  const listed = ZONES.get(zone.toLowerCase());
  if (listed) return listed;
  const { timeZone } =
    orNull(() => new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions()) ?? {};
  return timeZone === undefined ? null : zone === inCapitals(zone) ? zone : timeZone;
};

/** The length that browsers and proxies handle. */
const MAX_ADDRESS_LENGTH = 2_048;

/**
 * The canonical form of a web address, or null when it is not one. Clients send people there, so it must not
 * be one that runs in the page that shows it (`javascript:`, `data:`), that opens an app or a file, or that
 * hides its host behind a name and password.
 */
const webAddress: Canonical = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPage = url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return isPage && url.href.length <= MAX_ADDRESS_LENGTH ? url.href : null;
};

/** An address as stored in a row: null for none, and for older ones that are not web addresses. */
export const storedWebAddress = (text: string | null): string | null =>
  text === null ? null : webAddress(text);

function orNull<Value>(work: () => Value): Value | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * The scalars whose values people type into forms. A wrong value is a mistake in the form, reported with its
 * path, and not a malformed request: see `graphql/scalars.ts`.
 */
export const SCALAR_RULES = {
  UUID: rule(canonicalUuid, 'This is not a UUID.'),
  EmailAddress: rule(writtenEmail, 'This is not a valid email address.'),
  Currency: rule(
    canonicalCurrency,
    'This is not a currency that can be used for payments (ISO 4217).',
  ),
  CountryCode: rule(canonicalCountry, 'This is not a country (two letters, ISO 3166-1).'),
  Locale: rule(canonicalLocale, 'This is not a language tag such as `en` or `pt-BR`.'),
  URL: rule(webAddress, 'This is not the address of a web page (`https://…`).'),
  TimeZone: rule(canonicalTimeZone, 'This is not a time zone such as `Europe/Lisbon`.'),
} as const;
