import { expect, test } from 'vitest';
import { checkedCriteria, effectiveSort, likePrefixOf, prefixQueryOf } from './listing.ts';

test('a query becomes begun words, and nothing of its own syntax survives', () => {
  expect(prefixQueryOf('Bra LAMP')).toBe('bra:* & lamp:*');
  expect(prefixQueryOf("a' | !b <-> (c):*")).toBe('a:* & b:* & c:*');
  expect(prefixQueryOf('%%% ---')).toBe('');
});

test('wildcards in a query stand for themselves', () => {
  expect(likePrefixOf('100%_\\')).toBe('100\\%\\_\\\\%');
});

test('without words there is no relevance', () => {
  expect(effectiveSort('RELEVANCE', checkedCriteria(' ', null))).toBe('NEWEST');
  expect(effectiveSort(null, checkedCriteria('lamp', null))).toBe('RELEVANCE');
  expect(effectiveSort('TITLE', checkedCriteria(null, null))).toBe('TITLE');
});

test('only what is on sale is listed, unless another status is asked for', () => {
  expect(checkedCriteria(null, null).statuses).toEqual(['ACTIVE']);
  expect(checkedCriteria(null, { status: ['DRAFT', 'DRAFT'] }).statuses).toEqual(['DRAFT']);
});
