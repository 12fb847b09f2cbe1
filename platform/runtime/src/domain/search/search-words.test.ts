import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchTermsOf, searchWordsOf, sortKeyOf } from './search-words.ts';

const wordsOf = (text: string) => searchWordsOf(text).map(({ word }) => word);

describe('a text is cut into words', () => {
  test.each([
    ['a “brass” lamp', ['a', 'brass', 'lamp']],
    ['lamp—brass…shade/12', ['lamp', 'brass', 'shade', '12']],
    ['Crème BRÛLÉE', ['creme', 'brulee']],
    ['Straße STRASSE', ['strasse', 'strasse']],
    ['Smørrebrød Łódź Þór', ['smorrebrod', 'lodz', 'thor']],
    ['ΟΔΟΣ οδός', ['οδοσ', 'οδοσ']],
    ['İstanbul ısı', ['istanbul', 'isi']],
    ['ｆｕｌｌ ﬁre ①', ['full', 'fire', '1']],
    ['co\u00adoperate', ['cooperate']],
    ['ёлка Й', ['елка', 'и']],
    ['東京都', ['東京', '京都', '都']],
    ['iPhone15ケース', ['iphone15', 'ケー', 'ース', 'ス']],
    ['मिट्टी का', ['मिट्टी', 'का']],
    ['“”—…/ !?', []],
  ])('%s', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

test('a query has no operators: what looks like one is a word, or parts words', () => {
  const term = (word: string) => ({ words: [word], begun: true });
  expect(searchTermsOf('-zzz or "brass lamp" a|b !c d:* <-> (e)')).toEqual(
    ['zzz', 'or', 'brass', 'lamp', 'a', 'b', 'c', 'd', 'e'].map(term),
  );
});

test('of an unspaced run, its pairs are asked for one behind the other', () => {
  expect(searchTermsOf('東京都 x 木')).toEqual([
    { words: ['東京', '京都'], begun: false },
    { words: ['x'], begun: true },
    { words: ['木'], begun: true },
  ]);
});

/** As PostgreSQL does it. */
function finds(query: string, text: string): boolean {
  const words = wordsOf(text);
  const fits = (word: string, { begun, asked }: { begun: boolean; asked: string }) =>
    begun ? word.startsWith(asked) : word === asked;
  return searchTermsOf(query).every(({ words: asked, begun }) =>
    words.some((_, at) =>
      asked.every((word, offset) => fits(words[at + offset] ?? '', { begun, asked: word })),
    ),
  );
}

const letter = fc.oneof(
  fc.constantFrom(...'aZéßſŒøıİΣς०٣한가ガ木東ไทยऀ'),
  fc
    .integer({ min: 0x30, max: 0x1ffff })
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code)),
);
const letters = fc
  .array(letter, { minLength: 1, maxLength: 8 })
  .map((signs) => signs.join(''))
  .filter((text) => /^[\p{L}\p{N}]+$/u.test(text) && !/^\p{M}*$/u.test(text));

test('every word of a text finds it, however it is spelled and whatever is next to it', () => {
  const beside = fc.constantFrom(' ', '“', '”', '—', '…', '/', ',', '!', '🎁', '\n', '\u200b');
  const forms = [
    (text: string) => text,
    (text: string) => text.toUpperCase(),
    (text: string) => text.toLowerCase(),
    (text: string) => text.normalize('NFD'),
    (text: string) => text.normalize('NFKC'),
  ];
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 1, maxLength: 6 }),
      beside,
      fc.nat(),
      fc.constantFrom(...forms),
      (words, separator, pick, form) => {
        const word = words[pick % words.length] as string;
        expect(finds(form(word), words.join(separator))).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('the beginning of a word finds it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zà-ÿ0-9]{1,12}$/), fc.nat(), (word, length) => {
      const begun = word.slice(0, 1 + (length % word.length));
      expect(finds(begun, `some ${word} more`)).toBe(true);
    }),
  );
});

test('titles sort as people expect: É beside e, whatever the case and the quotes', () => {
  const titles = ['zebra', 'Éclair', '“Fan”', 'apple', 'Eel', 'Zebra 2', 'Ångström'];
  const sorted = titles.sort((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1));
  expect(sorted).toEqual(['Ångström', 'apple', 'Éclair', 'Eel', '“Fan”', 'zebra', 'Zebra 2']);
});
