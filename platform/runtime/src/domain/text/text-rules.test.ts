import { describe, expect, test } from 'vitest';
import { hidesSomething, withoutHidden } from './characters.ts';
import { cutText, excerptOf } from './graphemes.ts';
import { label, opaque, personName, placeName, prose, searchWords } from './text-rules.ts';

const path = ['input', 'text'];
const rules = { label, personName, placeName, prose, searchWords };
const codePoint = (text: string) =>
  [...text].map((character) => `U+${character.codePointAt(0)?.toString(16)}`).join(' ');

/** Texts that people write with characters which elsewhere would be invisible. */
const ALIVE = [
  '👨‍👩‍👧‍👦',
  '🏳️‍🌈 🏴‍☠️ ❤️‍🔥 👁️‍🗨️ 🧑🏽‍🦰 🏃‍➡️',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '🇵🇹',
  '1️⃣ #️⃣',
  '☎︎ ☎️ ©️',
  'می‌خواهم',
  '۱۴۰۳ ه‍',
  'क्‍ष श्रीमान्‌जी',
  'ශ්‍රී ලංකා',
  'ക്‍',
  'নির্‌বাচন',
  '葛󠄀城',
  'ᠮᠣᠩᠭᠣᠯ ᠪᠠ᠋',
  'ก็ได้',
  'Tiếng Việt',
  'שָׁלוֹם',
  'ཧཱུྃ',
  '⠓⠑⠇⠇⠕⠀⠺⠕⠗⠇⠙',
  'Ünïcödé',
  '7',
  '!',
  'عربي',
  '가나다',
];

test.each(ALIVE)('“%s” stays as it is under every rule', (text) => {
  for (const rule of Object.values(rules)) expect(rule(text, 80, path)).toBe(text.normalize('NFC'));
});

/** Code points that are invisible, by themselves or together. */
const EMPTY = [
  [
    '',
    '  ',
    '\n\t',
    '\u00a0',
    '\u3000',
    '\u2003',
    '\u200b',
    '\u200d',
    '\u200c',
    '\u2060',
    '\ufeff',
  ],
  [
    '\u00ad',
    '\u034f',
    '\u0301',
    '\ufe0f',
    '\u2800',
    '\u3164',
    '\uffa0',
    '\u115f',
    '\u1160',
    '\ufffc',
  ],
  ['\u{1d159}', '\u{e0001}', '\u{e0041}\u{e007f}', '\u{e0100}', '\u200e', '\u2066\u2069', '\u180e'],
  ['\u17b4', '\u2028', '\ue000', '\u3164 \u2800\u200b'],
].flat();

test.each(EMPTY.map((text) => [codePoint(text), text]))('%s says nothing', (_, text) => {
  for (const rule of Object.values(rules))
    expect(() => rule(text, 80, path)).toThrow('must not be empty');
});

/** By each of these two labels would look the same, or one would not be one line. */
const HIDING = [
  [
    'a\u202eb',
    'a\u2066b',
    'a\u2069b',
    'a\u200fb',
    'a\u200eb',
    'a\u061cb',
    'a\u0000b',
    'a\u001b[31m',
  ],
  [
    'a\nb',
    'a\r\nb',
    'a\tb',
    'a\u0085b',
    'a\u2028b',
    'a\u2029b',
    'a\u200bb',
    'a\u200db',
    'a\u2060b',
  ],
  ['a\ufeffb', 'a\u00adb', 'a\u034fb', 'a\u3164b', 'a\uffa0b', 'a\u115fb', 'a\u1160b', 'a\ufffcb'],
  [
    'a\u2800b',
    'a\u{1d159}b',
    'a\u{e0041}b',
    '🏴\u{e0041}',
    'a\ufe0fb',
    'a\u{e0100}b',
    '☎\ufe0f\ufe0f',
  ],
  ['می\u200d\u200dخ', '1\ufe0f', 'a\u180eb', 'a\u206ab', 'a\ufffab', 'a\ufdd0b', 'a\u{1fffe}b'],
].flat();

test.each(HIDING.map((text) => [codePoint(text), text]))('%s hides in a label', (_, text) => {
  for (const rule of [label, personName, placeName]) {
    expect(() => rule(text, 80, path)).toThrow('not allowed');
  }
});

test('what hides is taken out of a text that was not checked, and what has work to do is left', () => {
  for (const hiding of HIDING) expect(hidesSomething(withoutHidden(hiding))).toBe(false);
  for (const alive of ALIVE) expect(withoutHidden(alive)).toBe(alive);
});

test('a label is one line in one form', () => {
  expect(label('  Cafe\u0301 \u00a0 da\u3000Ada \n', 80, path)).toBe('Café da Ada');
  // A non-joiner that keeps nothing apart cannot make a second name of the same look.
  expect(label('علی\u200c', 80, path)).toBe('علی');
  expect(label('می\u200c\u200cخ', 80, path)).toBe('می\u200cخ');
  expect(() => label(`a${'\u0316'.repeat(7)}`, 80, path)).toThrow('marks');
});

test('prose has lines, and what writing needs', () => {
  expect(prose(' one\r\ntwo\rthree\u2028four\t! ', 80, path)).toBe('one\ntwo\nthree\nfour\t!');
  for (const text of [
    'a\u200bb',
    'soft\u00adhyphen',
    'א\u200f!',
    '\u2068Ada\u2069, hi',
    'a\ufeffb',
  ]) {
    expect(prose(text, 80, path)).toBe(text);
  }
});

test.each(
  [
    'a\u202eb',
    '\u2066a',
    'a\u2069b',
    '\u202aa\nb\u202c',
    'a\u0000b',
    'a\u001b',
    'a\u{e0041}b',
    'a\ud800b',
    'x\ufe00\ufe01',
  ].map((text) => [codePoint(text), text]),
)('%s disturbs prose', (_, text) => {
  expect(() => prose(text, 80, path)).toThrow('not allowed');
});

test('prose is no tower of marks', () => {
  expect(() => prose(`a${'\u0316'.repeat(31)}`, 80, path)).toThrow('marks');
});

test('search words lose what cannot be seen', () => {
  expect(searchWords(' brass\n\u0000 lamp ', 80, path)).toBe('brass lamp');
});

describe('length', () => {
  test('is counted as people count', () => {
    for (const rule of [...Object.values(rules), opaque]) {
      expect(rule('👨‍👩‍👧‍👦'.repeat(10), 10, path)).toHaveLength(110);
      expect(() => rule('👨‍👩‍👧‍👦'.repeat(11), 10, path)).toThrow('At most 10');
      expect(rule('x'.repeat(10), 10, path)).toHaveLength(10);
      expect(() => rule('x'.repeat(11), 10, path)).toThrow('At most 10');
    }
  });

  test('of far too long a text is not counted', () => {
    // Were it segmented, a text this long would take more memory than a process has.
    for (const rule of [...Object.values(rules), opaque]) {
      expect(() => rule('x'.repeat(200_000_000), 100, path)).toThrow('At most 100');
    }
  });
});

describe('names', () => {
  const LINKS = [
    [
      'http://evil.example',
      'HTTPS : //evil',
      'hxxp://x',
      'www.evil',
      'Www.Evil.Com',
      'me@evil.example',
    ],
    [
      'evil.example/x',
      'visit evil.com/',
      'evil．com／x',
      'evil。com/x',
      'evil.com:8080/x',
      'a.co?q=1',
    ],
    [
      '192.0.2.1',
      'me @ evil.example',
      'ｗｗｗ.evil.com',
      'me＠evil.com',
      '[::1]',
      'bücher.example/',
    ],
    ['2001:db8::1', '::1', '1:2:3:4:5:6:7:8', 'mailto:me', 'https:evil', 'call tel:123'],
    ['evil\u{10a50}com/x', 'evil\ua4f8com/', '192\u06d40\u06d42\u06d41'],
  ].flat();
  const DOMAINS = [
    ['evil.example', 'Win at evil.com!', 'x.com', 'evil．com', 'evil。com', 'evil｡com', 'ⓔvil.ⓒom'],
    ['sub.evil.co.uk', 'bücher.example', 'пример.рф', 'evil.xn--p1ai', '(evil.com)', 'evil․com'],
    ['me@host', 'me＠host', 'evil\u0701com', 'evil\u06d4com', 'evil\ua4f8com', 'evil\ua60ecom'],
  ].flat();

  test.each(LINKS)('“%s” is no name', (text) => {
    expect(() => personName(text, 80, path)).toThrow('address');
    expect(() => placeName(text, 80, path)).toThrow('address');
  });

  test.each(DOMAINS)('“%s” is no name of a person', (text) => {
    expect(() => personName(text, 80, path)).toThrow('address');
  });

  test.each(
    [
      [
        'J. R. R. Tolkien',
        'J.R.R. Tolkien',
        'Dr. Ada Lovelace',
        'Ada & Bo',
        'Neo 2.0',
        'Mr. T',
        '…',
        'a/b',
      ],
      ['Time: 12:30', 'Re::Zero', 'Bo::Ada', 'ꓡꓲꓸꓢꓴ', 'علی۔احمد', 'Hotel: Bo', 'C:'],
      ['AC/DC', '@ada', 'Ada :)', '50% off', 'Bo!', 'O’Neill', 'Müller-Lüdenscheidt', 'ада'],
    ].flat(),
  )('“%s” is a name', (text) => {
    expect(personName(text, 80, path)).toBe(text);
  });

  test.each(['Node.js Berlin', 'ASP.NET', 'Readers & writers: who?', 'Café #1', 'v1.2.3'])(
    '“%s” is a name of a place',
    (text) => {
      expect(placeName(text, 80, path)).toBe(text);
    },
  );
});

describe('what is cut', () => {
  test('is cut between characters, never inside one', () => {
    expect(cutText('short', 5)).toBe('short');
    expect(cutText('longer', 5)).toBe('long…');
    expect(cutText('👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 2)).toBe('👨‍👩‍👧‍👦…');
    expect(cutText('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 2)).toBe('👨‍👩‍👧‍👦👨‍👩‍👧‍👦');
    expect(cutText(`a${'\u0301'.repeat(1_000)}`, 3)).toBe('…');
    expect(cutText('anything', 1)).toBe('…');
  });

  test.each([[1_118], [139], [138], [137]])('an emoji behind %d blanks is kept whole', (blanks) => {
    const excerpt = excerptOf(`a${' '.repeat(blanks)}😀`, 140);
    expect(excerpt).toBe('a 😀');
  });

  test('stays well formed wherever it is cut', () => {
    const text = 'a😀 👩‍💻\n🏴󠁧󠁢󠁥󠁮󠁧󠁿e\u0301'.repeat(5);
    for (let limit = 1; limit < 60; limit += 1) {
      const cut = excerptOf(text, limit);
      expect(cut.isWellFormed(), `cut at ${limit}`).toBe(true);
      expect([...new Intl.Segmenter().segment(cut)].length).toBeLessThanOrEqual(limit);
      expect(cut).not.toContain('\n');
    }
  });
});
