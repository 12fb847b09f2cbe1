import { expect, test } from 'vitest';
import { DE } from './notice-texts/de.ts';
import { EN, type NoticeText } from './notice-texts/en.ts';
import { languageFor, saidIn, textOf } from './notice-words.ts';
import { messageTitle } from './notification.ts';

test('every text is there in every language, with the same values', () => {
  const valuesOf = (texts: readonly string[]) =>
    [...texts.join(' ').matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const text of Object.keys(EN) as NoticeText[]) {
    expect(valuesOf(DE[text]), text).toEqual(valuesOf(EN[text]));
  }
});

test('the language is the nearest of ours', () => {
  expect(['de-AT', 'DE', 'en-GB', 'fr', null].map((one) => languageFor(one))).toEqual([
    'de',
    'de',
    'en',
    'en',
    'en',
  ]);
});

test('a title is one line without control characters', () => {
  const words = {
    text: 'BACK_IN_STOCK',
    values: { title: 'Mug\n\u202Eevil\u0007  {title}' },
  } as const;
  const { title } = textOf(words, 'en');
  expect(title).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
  expect(title).toContain('is back in stock');
  const ofMessage = messageTitle('Ada\r\nBcc: eve\u202E', 'tea\u0007\u2028room');
  expect(ofMessage).not.toMatch(/[\p{Cc}\u2028\u202A-\u202E]/u);
});

test('the notice of a message with files only has a text of ours, in the reader’s language', () => {
  expect(saidIn('', 'de-AT')).toBe('Sie enthält eine Datei oder etwas Geteiltes.');
  expect(saidIn(' ', null)).toBe('It contains a file or something shared.');
  expect(saidIn('Look', 'de')).toBe('Look');
});
