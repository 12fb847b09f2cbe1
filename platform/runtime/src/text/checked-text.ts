import { badInput } from '../errors/common-errors.ts';

type Path = readonly (string | number)[];

interface LengthRule {
  /** In characters as people count them (graphemes). */
  max: number;
  /** True where line breaks and tabs belong: descriptions, notes. */
  multiline?: boolean;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** UTF-16 units one character may use on average: emoji families need up to 11. */
const UNITS_PER_GRAPHEME = 12;

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_LAYOUT = /(?![\n\t])\p{Cc}/u;
/** Marks, joiners and spaces alone are as empty as nothing: there is nothing to be seen. */
const SOMETHING_TO_SEE = /[^\s\p{C}\p{M}\p{Z}]/u;

/** A text of somebody's, composed (NFC) and without blank ends; throws `BAD_USER_INPUT`. */
export function checkedText(text: string, path: Path, rule: LengthRule): string {
  const checked = withinRule(text, path, rule);
  if (!SOMETHING_TO_SEE.test(checked)) throw badInput('Say something here.', path);
  return checked;
}

/** The same for a text that may be absent; one with nothing to be seen counts as absent. */
export function checkedOptionalText(
  text: string | null | undefined,
  path: Path,
  rule: LengthRule,
): string | null {
  const checked = withinRule(text ?? '', path, rule);
  return SOMETHING_TO_SEE.test(checked) ? checked : null;
}

function withinRule(text: string, path: Path, { max, multiline = false }: LengthRule): string {
  // Measured first: what comes after must not be slow on what is far too long.
  if (text.length > max * UNITS_PER_GRAPHEME) throw tooLong(max, path);
  const checked = text.replace(/\r\n?/g, '\n').normalize('NFC').trim();
  if ((multiline ? CONTROL_BUT_LAYOUT : CONTROL).test(checked)) {
    throw badInput('Control characters are not allowed here.', path);
  }
  if (checked.length > max && [...graphemes.segment(checked)].length > max) {
    throw tooLong(max, path);
  }
  return checked;
}

const tooLong = (max: number, path: Path) => badInput(`At most ${max} characters.`, path);
