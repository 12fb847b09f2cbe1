import { badInput } from '../errors/common-errors.ts';
import { canonicalCurrency } from '../money/currencies.ts';
import { canonicalEmail } from './email-address.ts';

type Path = readonly (string | number)[];

/** The one form of a value, or null when it is none. */
type Canonical = (text: string) => string | null;

const rule =
  (canonical: Canonical, message: string) =>
  (text: string, path: Path): string => {
    const value = canonical(text);
    if (value === null) throw badInput(message, path);
    return value;
  };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUID as it is compared: in small letters, whoever wrote it how. */
export const canonicalUuid: Canonical = (text) => {
  const uuid = text.trim().toLowerCase();
  return UUID.test(uuid) ? uuid : null;
};

/** An address is kept as it was written; the domain compares `canonicalEmail`. */
const writtenEmail: Canonical = (text) => (canonicalEmail(text) === null ? null : text.trim());

/** The longest tag that RFC 5646 asks everybody to support. */
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
  const code = text.trim().toUpperCase();
  const isCountry = /^[A-Z]{2}$/.test(code) && !NO_COUNTRIES.has(code) && regions.of(code);
  return isCountry ? code : null;
};

const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/;

const ZONES = new Map(Intl.supportedValuesOf('timeZone').map((zone) => [zone.toLowerCase(), zone]));
/** As nearly all zones are written: a capital for each word. */
const inCapitals = (zone: string) =>
  zone.toLowerCase().replace(/(?<=^|[/_-])[a-z]/g, (letter) => letter.toUpperCase());

/**
 * A zone has one or two spellings, not as many as it has ways to mix capitals, since what is made for a
 * zone is remembered. A name that the list leaves out as another of the same zone stays (Europe/Kyiv).
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

/** What browsers and proxies carry whole. */
const MAX_ADDRESS_LENGTH = 2_048;

/**
 * A page of the web in its one form, or null for what is none. Clients lead people there, so it is none that runs
 * in the page that shows it (`javascript:`, `data:`), opens an app or a file, or hides its host behind a name and
 * password.
 */
const webAddress: Canonical = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPage = url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return isPage && url.href.length <= MAX_ADDRESS_LENGTH ? url.href : null;
};

/** An address as a row of a database has it: null for none, and for one of before that is no page of the web. */
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
 * The scalars whose values people type into forms. A wrong one is a mistake of the form, reported with
 * its path, and no malformed request: see `graphql/scalars.ts`.
 */
export const SCALAR_RULES = {
  UUID: rule(canonicalUuid, 'This is not a UUID.'),
  EmailAddress: rule(writtenEmail, 'This is not an e-mail address we can write to.'),
  Currency: rule(canonicalCurrency, 'This is not a currency one can pay with (ISO 4217).'),
  CountryCode: rule(canonicalCountry, 'This is not a country (two letters, ISO 3166-1).'),
  Locale: rule(canonicalLocale, 'This is not a language tag such as `en` or `pt-BR`.'),
  URL: rule(webAddress, 'This is not the address of a web page (`https://…`).'),
  TimeZone: rule(canonicalTimeZone, 'This is not a time zone such as `Europe/Lisbon`.'),
} as const;
