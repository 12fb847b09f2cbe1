import { expect, test } from 'vitest';
import { cutAt } from './newest-found.ts';

test('completely searched parts give final results, newest first', () => {
  expect(cutAt({ ids: ['a2', 'a9', 'b1'], unseen: [] }, null)).toEqual({
    ids: ['b1', 'a9', 'a2'],
    goesOnAt: null,
  });
});

test('nothing is, before the newest that was not looked at, and that one is looked at next', () => {
  const cut = cutAt({ ids: ['a2', 'a9', 'b1'], unseen: ['a1', 'a5'] }, 'a7');
  expect(cut.ids).toEqual(['b1', 'a9']);
  expect(['a7' < (cut.goesOnAt ?? ''), 'a8' < (cut.goesOnAt ?? '')]).toEqual([true, false]);
});
