import { badInput } from '../errors/common-errors.ts';
import { disturbsReading, hidesSomething, isBlank, pilesMarks } from './characters.ts';
import { isLongerThan, UNITS_PER_GRAPHEME } from './graphemes.ts';
import { holdsDomain, holdsLink } from './network-address.ts';

type Path = readonly (string | number)[];

/**
 * The rules for every text that people write. Each gives the text in the one form in which it is
 * kept and compared, or throws `BAD_USER_INPUT` with its path; `max` counts graphemes. A schema
 * says by a directive of the same name which one an input follows (`graphql/input-rules.ts`).
 */
export type TextRule = (text: string, max: number, path: Path) => string;

/** More than any living script puts on a letter; what has more is meant to disturb. */
const MARKS_ON_A_LETTER = 6;
/** The bound of Unicode's Stream-Safe Text Format (UAX 15). */
const MARKS_IN_PROSE = 30;

/** One line: NFC, without blank ends, runs of spaces as one, nothing invisible. */
export const label: TextRule = (text, max, path) => {
  assertMeasurable(text, max, path);
  const line = text
    .normalize('NFC')
    .trim()
    .replace(/\p{Zs}+/gu, ' ')
    // Without a letter to follow there is nothing that a non-joiner keeps apart.
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

/** The name of a person: a label that no mail client makes a link of. */
export const personName: TextRule = (text, max, path) => {
  const name = label(text, max, path);
  if (holdsDomain(name)) {
    throw badInput('A name holds no link, domain or address; put a space after a dot.', path);
  }
  return name;
};

/** The name of a place, such as a group or a room: "Node.js" may be one, a link may not. */
export const placeName: TextRule = (text, max, path) => {
  const name = label(text, max, path);
  if (holdsLink(name)) throw badInput('A name holds no link or address.', path);
  return name;
};

/** Any number of lines: NFC, without blank ends, line ends as `\n`, nothing that disturbs reading. */
export const prose: TextRule = (text, max, path) => {
  assertMeasurable(text, max, path);
  const lines = text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .normalize('NFC')
    .trim();
  assertVisible(lines, path);
  if (disturbsReading(lines)) {
    throw badInput('Control characters and overridden directions are not allowed here.', path);
  }
  if (pilesMarks(lines, MARKS_IN_PROSE)) {
    throw badInput('There are too many marks on one letter.', path);
  }
  return withinLength(lines, max, path);
};

/** Words to look for: as a label, but what cannot be seen is left out instead of refused. */
export const searchWords: TextRule = (text, max, path) => {
  assertMeasurable(text, max, path);
  const words = text
    .normalize('NFC')
    .replace(/[\s\p{Cc}\p{Z}\p{Noncharacter_Code_Point}]+/gu, ' ')
    .trim();
  assertVisible(words, path);
  return withinLength(words, max, path);
};

/** A code, a token, a password: compared as it is, never shown as a text; only its length is bound. */
export const opaque: TextRule = (text, max, path) => {
  assertMeasurable(text, max, path);
  return withinLength(text, max, path);
};

function assertMeasurable(text: string, max: number, path: Path): void {
  // Measured first: what comes after must not be slow on what is far too long.
  if (text.length > max * UNITS_PER_GRAPHEME) throw tooLong(max, path);
}

function assertVisible(text: string, path: Path): void {
  if (isBlank(text)) throw badInput('Say something here.', path);
}

function withinLength(text: string, max: number, path: Path): string {
  if (isLongerThan(text, max)) throw tooLong(max, path);
  return text;
}

const tooLong = (max: number, path: Path) => badInput(`At most ${max} characters.`, path);
