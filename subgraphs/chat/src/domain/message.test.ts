import { expect, test } from 'vitest';
import { draftHash, excerptOf } from './message.ts';

test('an excerpt is one line of at most 140 characters, cut between characters', () => {
  expect(excerptOf('  one\n\n two\t')).toBe('one two');
  const families = excerptOf('👨‍👩‍👧'.repeat(200));
  expect([...new Intl.Segmenter().segment(families)]).toHaveLength(140);
  expect(families.endsWith('👨‍👩‍👧…')).toBe(true);
  expect(excerptOf('x'.repeat(140))).toBe('x'.repeat(140));
  expect(excerptOf('x'.repeat(141))).toBe(`${'x'.repeat(139)}…`);
});

test('two drafts are the same message only if everything a sender decides is equal', () => {
  const draft = { text: 'a', replyToId: null };
  expect(draftHash(draft)).toBe(draftHash({ ...draft }));
  expect(draftHash(draft)).not.toBe(draftHash({ ...draft, text: 'b' }));
  expect(draftHash(draft)).not.toBe(draftHash({ ...draft, replyToId: 'msg_1' }));
});
