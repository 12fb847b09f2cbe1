import { expect, test } from 'vitest';
import { MAX_MENTIONS, mentionsOf, namesIn } from './mentions.ts';

const idOf = new Map([
  ['ada', 'usr_1'],
  ['constructor', 'usr_2'],
]);
const of = (text: string, mayMentionAll = true) =>
  mentionsOf(text, { idOf, mayMentionAll }).map(({ userId, scope }) => userId ?? scope);

test.each([
  ['@ada @here @everyone', ['usr_1', 'HERE', 'EVERYONE']],
  // Names that every object of JavaScript has are names like any other.
  ['@constructor', ['usr_2']],
  ['@tostring @valueof @hasownproperty', []],
  ['@nobody', []],
])('%s names %j', (text, found) => {
  expect(of(text)).toEqual(found);
});

test('an author who may not mention everyone mentions nobody with it', () => {
  expect(of('@ada @here', false)).toEqual(['usr_1']);
});

test('a user is looked up for every name but those of all', () => {
  expect(namesIn('@ada @here @constructor @ada')).toEqual(['ada', 'constructor']);
});

test('a list of names mentions no more people than the limit', () => {
  expect(of('@ada '.repeat(MAX_MENTIONS + 5))).toHaveLength(MAX_MENTIONS);
});
