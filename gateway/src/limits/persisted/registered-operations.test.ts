import { expect, test } from 'vitest';
import { createRegisteredOperations } from './registered-operations.ts';

test('the least recently used is dropped first', () => {
  const operations = createRegisteredOperations({ operations: 2, characters: 1_000 });
  operations.set('a', 'A');
  operations.set('b', 'B');
  operations.get('a');
  operations.set('c', 'C');
  expect([operations.get('a'), operations.get('b'), operations.get('c')]).toEqual([
    'A',
    undefined,
    'C',
  ]);
});

test('long texts count by their length, and one registered again counts once', () => {
  const operations = createRegisteredOperations({ operations: 100, characters: 100 });
  for (let time = 0; time < 5; time += 1) operations.set('a', 'x'.repeat(60));
  expect(operations.length).toBe(60);
  operations.set('b', 'x'.repeat(60));
  expect(operations.get('a')).toBeUndefined();
  expect(operations.length).toBe(60);
  operations.set('c', 'x'.repeat(101));
  expect([operations.size, operations.length]).toEqual([0, 0]);
});
