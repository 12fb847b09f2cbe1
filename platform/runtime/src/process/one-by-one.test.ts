import { expect, test } from 'vitest';
import { oneByOne } from './one-by-one.ts';

test('what fails holds up nothing behind it, and all failures are reported in the end', async () => {
  const done: number[] = [];
  const working = oneByOne([1, 2, 3, 4], async (item) => {
    if (item % 2 === 1) throw new Error(`No ${item}`);
    done.push(item);
  });
  await expect(working).rejects.toMatchObject({
    message: '2 of 4 could not be done.',
    errors: [{ message: 'No 1' }, { message: 'No 3' }],
  });
  expect(done).toEqual([2, 4]);
  await expect(oneByOne([], () => Promise.reject())).resolves.toBeUndefined();
});
