import { expect, test } from 'vitest';
import { anotherOf, type Statement, secondOf } from './transactions.ts';

const order = (letter: string) => `ord_01jd000000${letter.repeat(16)}`;
const BUYER = 'usr_01jd0000000000000000000ada';
const sent = (text: string, ...values: unknown[]): Statement => ({
  ...{ connection: 1, database: 'orders', text, values },
});
const placed = (letter: string) => [
  sent('SELECT due'),
  sent('BEGIN'),
  sent('INSERT', order(letter), BUYER),
  sent('APPEND', [`order:${order(letter)}`], `{"orderId":"${order(letter)}"}`),
  sent('COMMIT'),
  sent('BEGIN'),
  sent('UPDATE', order(letter)),
  sent('ROLLBACK'),
];

test('what is replayed is one order’s committed transactions, under names of their own', () => {
  const recorded = secondOf(placed('a'), placed('b'));
  expect(recorded.made).toEqual(new Set([order('b')]));
  const [one, other] = [anotherOf(recorded), anotherOf(recorded)];
  expect(one).toHaveLength(1);
  const [insert, append] = one[0]?.statements ?? [];
  const id = insert?.values[0] as string;
  expect(id).toMatch(/^ord_01jd000000[0-9a-z]{16}$/);
  expect(id).not.toBe(order('b'));
  expect(insert?.values[1]).toBe(BUYER);
  expect(append?.values).toEqual([[`order:${id}`], `{"orderId":"${id}"}`]);
  expect(other[0]?.statements[0]?.values[0]).not.toBe(id);
});
