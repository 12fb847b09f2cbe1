import { badInput } from '@souk/runtime/domain';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

type Path = readonly (string | number)[];
interface Length {
  min?: number;
  max: number;
}

/** Longer than this in code units, a text is too long whatever its characters are. */
const UNITS_PER_GRAPHEME = 16;

/** The text without blank ends, when it has a length (in characters as people count) that fits. */
export function checkedText(text: string, path: Path, { min = 1, max }: Length): string {
  const trimmed = text.trim();
  const length =
    trimmed.length > max * UNITS_PER_GRAPHEME ? max + 1 : [...graphemes.segment(trimmed)].length;
  if (length < min) throw badInput('Say something here.', path);
  if (length > max) throw badInput(`At most ${max} characters.`, path);
  return trimmed;
}

/** The same for a text that may be absent; an empty one counts as absent. */
export const checkedOptionalText = (
  text: string | null | undefined,
  path: Path,
  { max }: Length,
): string | null => checkedText(text ?? '', path, { min: 0, max }) || null;

export function checkedWhole(
  value: number,
  path: Path,
  { min, max }: { min: number; max: number },
) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw badInput(`Must be a whole number from ${min} to ${max}.`, path);
  }
  return value;
}
