import { badInput } from '@souk/runtime/domain';

const MAX_DISPLAY_NAME = 50;
const MAX_BIO = 500;
const MAX_DEVICE_LABEL = 100;
/** No script stacks more than this on one letter; what does is meant to disturb. */
const MAX_MARKS_ON_A_LETTER = 4;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const lengthOf = (text: string) => [...graphemes.segment(text)].length;

/** Controls, and the marks that turn the writing direction of what stands around them. */
const BIDI_OR_CONTROL = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
/** Characters without a picture, by which two names would look the same. Joiners may stay. */
const INVISIBLE =
  /\u00AD|\u034F|[\u115F\u1160]|[\u17B4\u17B5]|\u180E|\u200B|[\u2060-\u2064]|\u3164|\uFEFF|\uFFA0/u;
const TOO_MANY_MARKS = new RegExp(`\\p{M}{${MAX_MARKS_ON_A_LETTER + 1},}`, 'u');

function assertVisible(text: string, path: readonly string[]): void {
  if (BIDI_OR_CONTROL.test(text) || INVISIBLE.test(text)) {
    throw badInput('Control, direction and invisible characters are not allowed here.', path);
  }
  if (TOO_MANY_MARKS.test(text)) throw badInput('There are too many marks on one letter.', path);
}

function assertLength(text: string, max: number, path: readonly string[]): void {
  // A cluster may hold many code points; without this bound one "character" could be a megabyte.
  if (text.length > max * 12 || lengthOf(text) > max) {
    throw badInput(`This may have at most ${max} characters.`, path);
  }
}

/** A name to show: composed (NFC), trimmed, runs of spaces as one; 1 to 50 graphemes. */
export function parseDisplayName(text: string, path: readonly string[]): string {
  assertLength(text, MAX_DISPLAY_NAME * 4, path);
  assertVisible(text, path);
  const name = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (!/[\p{L}\p{N}\p{S}\p{P}]/u.test(name)) throw badInput('A name must not be empty.', path);
  assertLength(name, MAX_DISPLAY_NAME, path);
  return name;
}

/** A few words about oneself, with line breaks; null when nothing is left. */
export function parseBio(text: string, path: readonly string[]): string | null {
  assertLength(text, MAX_BIO * 2, path);
  const bio = text.normalize('NFC').replace(/\r\n?/g, '\n').trim();
  assertVisible(bio.replaceAll('\n', ' '), path);
  assertLength(bio, MAX_BIO, path);
  return bio === '' ? null : bio;
}

/** What a device calls itself; null when nothing is left. */
export function parseDeviceLabel(
  text: string | null | undefined,
  path: readonly string[],
): string | null {
  if (text == null) return null;
  assertLength(text, MAX_DEVICE_LABEL, path);
  assertVisible(text, path);
  return text.normalize('NFC').trim() || null;
}
