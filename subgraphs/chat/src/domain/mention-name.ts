/** Scripts that are written without spaces, so a name may stand right next to their letters. */
const WITHOUT_SPACES = ['Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{scx=${script}}`)
  .join('');

/** A letter, digit or mark that would turn its neighbour into another word. */
const WORD = `[[\\p{Alphabetic}\\p{M}\\p{N}_]--[${WITHOUT_SPACES}]]`;

/** `ada@…` and `/@…` are addresses, `@@` is neither. */
const NOT_AFTER = new RegExp(`(?:${WORD}|[@\\/.+=\\-])$`, 'v');

/** A username, unless it continues as a longer word or as a domain. */
const NAME = new RegExp(`@[a-z][a-z0-9_]{1,29}(?!${WORD}|@|\\.${WORD})`, 'ivy');

/** The length of the `@name` that begins at this place of a text; 0 when there is none. */
export function nameLengthAt(text: string, at: number): number {
  // Two units contain the previous character, whatever it is.
  if (NOT_AFTER.test(text.slice(Math.max(0, at - 2), at))) return 0;
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0].length ?? 0;
}
