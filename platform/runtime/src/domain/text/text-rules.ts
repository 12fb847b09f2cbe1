import { badInput } from '../errors/common-errors.ts';
import { disturbsReading, hidesSomething, isBlank, pilesMarks } from './characters.ts';
import { isLongerThan, UNITS_PER_GRAPHEME } from './graphemes.ts';
import { holdsDomain, holdsLink } from './network-address.ts';

type Path = readonly (string | number)[];

/**
 * The rules for every text that people write. Each returns the text in the form in which it is kept and
 * compared, or throws `BAD_USER_INPUT` with its path; `max` counts graphemes. A schema says by a directive of
 * the same name which rule an input follows (`graphql/check-inputs.ts`).
 */
export type TextRule = (text: string, max: number, path: Path) => string;

/** More than any living script stacks on a letter; more is meant to disturb. */
const MARKS_ON_A_LETTER = 6;
/** The limit of Unicode's Stream-Safe Text Format (UAX 15). */
const MARKS_IN_PROSE = 30;

/** One line: NFC, trimmed, runs of spaces as one, nothing invisible. */
export const label: TextRule = (text, max, path) => {
  assertMeasurable(text, max, path);
  const line = text
    .normalize('NFC')
    .trim()
    .replace(/\p{Zs}+/gu, ' ')
    // Without a letter after it, a non-joiner separates nothing.
    .replace(/\u200C(?![\p{L}\p{M}\p{N}])/gu, '');
  assertVisible(line, path);
  if (hidesSomething(line)) {
    throw badInput(
      'Line breaks, control, direction and invisible characters are not allowed here.',
      path,
    );
  }
  if (pilesMarks(line, MARKS_ON_A_LETTER)) {
    throw badInput('There are too many marks on one letter.', path);
  }
  return withinLength(line, max, path);
};

/** The name of a person: a label that no mail client turns into a link. */
export const personName: TextRule = (text, max, path) => {
  const name = label(text, max, path);
  if (holdsDomain(name)) {
    throw badInput(
      'A name cannot contain a link, domain or address; put a space after a dot.',
      path,
    );
  }
  return name;
};

/** The name of a place, such as a group or a room: "Node.js" is allowed, a link is not. */
export const placeName: TextRule = (text, max, path) => {
  const name = label(text, max, path);
  if (holdsLink(name)) throw badInput('A name cannot contain a link or address.', path);
  return name;
};

/** Any number of lines: NFC, trimmed, line ends as `\n`, nothing that disturbs reading. */
export const prose: TextRule = (text, max, path) => {
  assertMeasurable(text, max, path);
  const lines = text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .normalize('NFC')
    .trim();
  assertVisible(lines, path);
  if (disturbsReading(lines)) {
    throw badInput('Control characters and direction overrides are not allowed here.', path);
  }
  if (pilesMarks(lines, MARKS_IN_PROSE)) {
    throw badInput('There are too many marks on one letter.', path);
  }
  return withinLength(lines, max, path);
};

/** Words to search for: like a label, but invisible characters are removed instead of refused. */
export const searchWords: TextRule = (text, max, path) => {
  assertMeasurable(text, max, path);
  const words = text
    .normalize('NFC')
    .replace(/[\s\p{Cc}\p{Z}\p{Noncharacter_Code_Point}]+/gu, ' ')
    .trim();
  assertVisible(words, path);
  return withinLength(words, max, path);
};

/** A code, a token, a password: compared exactly, never shown as a text; only its length is limited. */
export const opaque: TextRule = (text, max, path) => {
  assertMeasurable(text, max, path);
  return withinLength(text, max, path);
};

function assertMeasurable(text: string, max: number, path: Path): void {
  // Measured first: the following checks may be slow on a text that is far too long.
  if (text.length > max * UNITS_PER_GRAPHEME) throw tooLong(max, path);
}

function assertVisible(text: string, path: Path): void {
  if (isBlank(text)) throw badInput('This must not be empty.', path);
}

function withinLength(text: string, max: number, path: Path): string {
  if (isLongerThan(text, max)) throw tooLong(max, path);
  return text;
}

const tooLong = (max: number, path: Path) => badInput(`At most ${max} characters.`, path);
