/**
 * What a character is to people: something to be seen, or something that only changes what stands
 * beside it. Everything here is a property of Unicode, not of a language.
 */

/** Spaces, marks, joiners, fillers and placeholders: of these alone nothing can be seen. */
const NOTHING_TO_SEE =
  /[\s\p{Z}\p{M}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC\u{1D159}]+/gu;

/** True when there is nothing to be seen in the text. */
export const isBlank = (text: string): boolean => text.replace(NOTHING_TO_SEE, '') === '';

/** Scripts whose letters join or stack, and say by ZWNJ and ZWJ where they do not. */
const JOINING = [
  ['Arab', 'Syrc', 'Mand', 'Mong', 'Nkoo', 'Phag', 'Adlm', 'Rohg'],
  ['Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh'],
  ['Khmr', 'Mymr', 'Tibt', 'Bali', 'Java', 'Lana', 'Newa', 'Gran', 'Tirh', 'Mtei'],
]
  .flat()
  .map((script) => `\\p{scx=${script}}`)
  .join('');

/** The places where an invisible character has work to do: emoji, and scripts that need it. */
const AT_WORK = new RegExp(
  [
    // The flags of England, Scotland, Wales: letters in tag characters behind a black flag.
    '(?<=\\u{1F3F4})[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{1,6}\\u{E007F}',
    // A family, a profession, a rainbow flag: emoji joined to one.
    '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})',
    // As a picture or as text; a keycap.
    '(?<=\\p{Extended_Pictographic})[\\uFE0E\\uFE0F]',
    '(?<=[0-9#*])\\uFE0F(?=\\u20E3)',
    // One of several forms of an ideograph, a mathematical sign, a Mongolian letter.
    '(?<=\\p{Unified_Ideograph})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
    '(?<=[\\p{Sm}\\p{sc=Mymr}\\p{sc=Phag}])\\uFE00',
    '(?<=\\p{sc=Mong})[\\u180B-\\u180D\\u180F]',
    `(?<=[[${JOINING}]&&[\\p{L}\\p{M}\\p{N}]])[\\u200C\\u200D](?![\\u200C\\u200D])`,
    // An empty cell between others of Braille.
    '(?<=[\\u2801-\\u28FF])\\u2800(?=[\\u2801-\\u28FF])',
  ].join('|'),
  'gv',
);

/** The text without those invisible characters that have work to do where they stand. */
const withoutThoseAtWork = (text: string): string => text.replace(AT_WORK, '');

const INVISIBLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFC\u2800\u{1D159}]/u;

/**
 * True when the text holds what cannot be seen where it stands: controls, line ends, marks of
 * direction, fillers, joiners between letters that do not join. By these, two names look the same.
 */
export const hidesSomething = (text: string): boolean => INVISIBLE.test(withoutThoseAtWork(text));

const AT_WORK_OR_INVISIBLE = new RegExp(`(?:${AT_WORK.source})|(${INVISIBLE.source})`, 'gv');

/** The text with a blank for each character by which it would hide something. */
export const withoutHidden = (text: string): string =>
  text.replace(AT_WORK_OR_INVISIBLE, (all, hidden: string | undefined) =>
    hidden === undefined ? all : ' ',
  );

/** In a longer text direction marks and soft breaks are of use; these never are. */
const NEVER_IN_PROSE =
  /(?![\n\t])\p{Cc}|[\p{Cs}\p{Noncharacter_Code_Point}\u202D\u202E\u206A-\u206F\uFFF9-\uFFFB\u{E0000}-\u{E007F}]|[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{2}/u;

/** True when a text of several lines holds controls, overridden direction, or hidden data. */
export const disturbsReading = (text: string): boolean =>
  NEVER_IN_PROSE.test(withoutThoseAtWork(text)) || text.split('\n').some(leavesDirectionOpen);

/** Embeddings and isolates that nobody closes turn the text of others round. */
function leavesDirectionOpen(line: string): boolean {
  let embeddings = 0;
  let isolates = 0;
  for (const [mark] of line.matchAll(/[\u202A-\u202C\u2066-\u2069]/g)) {
    if (mark === '\u202C') embeddings -= 1;
    else if (mark === '\u2069') isolates -= 1;
    else if (mark <= '\u202B') embeddings += 1;
    else isolates += 1;
    if (embeddings < 0 || isolates < 0) return true;
  }
  return embeddings > 0 || isolates > 0;
}

/** Whether more marks than that are piled upon one letter. */
export const pilesMarks = (text: string, most: number): boolean =>
  new RegExp(`\\p{M}{${most + 1}}`, 'u').test(text);
