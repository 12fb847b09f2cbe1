/**
 * What a character is to people: something visible, or something that only changes its neighbours. Everything
 * here is a property of Unicode, not of a language.
 */

/** Spaces, marks, joiners, fillers and placeholders: a text of these alone shows nothing. */
const NOTHING_TO_SEE =
  /[\s\p{Z}\p{M}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC\u{1D159}]+/gu;

/** True when nothing is visible in the text. */
export const isBlank = (text: string): boolean => text.replace(NOTHING_TO_SEE, '') === '';

/** Scripts whose letters join or stack, and control that by ZWNJ and ZWJ. */
const JOINING = [
  ['Arab', 'Syrc', 'Mand', 'Mong', 'Nkoo', 'Phag', 'Adlm', 'Rohg'],
  ['Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh'],
  ['Khmr', 'Mymr', 'Tibt', 'Bali', 'Java', 'Lana', 'Newa', 'Gran', 'Tirh', 'Mtei'],
]
  .flat()
  .map((script) => `\\p{scx=${script}}`)
  .join('');

/** Places where an invisible character is legitimate: emoji, and scripts that need it. */
const AT_WORK = new RegExp(
  [
    // The flags of England, Scotland, Wales: letters in tag characters after a black flag.
    '(?<=\\u{1F3F4})[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{1,6}\\u{E007F}',
    // A family, a profession, a rainbow flag: joined emoji.
    '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})',
    // Selects the picture or the text form; a keycap.
    '(?<=\\p{Extended_Pictographic})[\\uFE0E\\uFE0F]',
    '(?<=[0-9#*])\\uFE0F(?=\\u20E3)',
    // One of several forms of an ideograph, a mathematical sign, a Mongolian letter.
    '(?<=\\p{Unified_Ideograph})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
    '(?<=[\\p{Sm}\\p{sc=Mymr}\\p{sc=Phag}])\\uFE00',
    '(?<=\\p{sc=Mong})[\\u180B-\\u180D\\u180F]',
    `(?<=[[${JOINING}]&&[\\p{L}\\p{M}\\p{N}]])[\\u200C\\u200D](?![\\u200C\\u200D])`,
    // An empty Braille cell between others.
    '(?<=[\\u2801-\\u28FF])\\u2800(?=[\\u2801-\\u28FF])',
  ].join('|'),
  'gv',
);

/** The text without those invisible characters that are legitimate where they are. */
const withoutThoseAtWork = (text: string): string => text.replace(AT_WORK, '');

const INVISIBLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFC\u2800\u{1D159}]/u;

/**
 * True when the text contains something invisible that should not be there: controls, line ends, direction
 * marks, fillers, joiners between letters that do not join. With these, two different names could look the
 * same.
 */
export const hidesSomething = (text: string): boolean => INVISIBLE.test(withoutThoseAtWork(text));

const AT_WORK_OR_INVISIBLE = new RegExp(`(?:${AT_WORK.source})|(${INVISIBLE.source})`, 'gv');

/** The text with a space in place of each such character. */
export const withoutHidden = (text: string): string =>
  text.replace(AT_WORK_OR_INVISIBLE, (all, hidden: string | undefined) =>
    hidden === undefined ? all : ' ',
  );

/** In longer texts direction marks and soft breaks are useful; these never are. */
const NEVER_IN_PROSE =
  /(?![\n\t])\p{Cc}|[\p{Cs}\p{Noncharacter_Code_Point}\u202D\u202E\u206A-\u206F\uFFF9-\uFFFB\u{E0000}-\u{E007F}]|[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{2}/u;

/** True when a text of several lines contains controls, direction overrides, or hidden data. */
export const disturbsReading = (text: string): boolean =>
  NEVER_IN_PROSE.test(withoutThoseAtWork(text)) || text.split('\n').some(leavesDirectionOpen);

/** Embeddings and isolates that are never closed would reverse the text that follows. */
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

/** Whether more than this many marks are stacked on one letter. */
export const pilesMarks = (text: string, most: number): boolean =>
  new RegExp(`\\p{M}{${most + 1}}`, 'u').test(text);
