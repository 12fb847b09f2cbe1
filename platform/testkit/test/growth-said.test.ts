import { expect, test } from 'vitest';
import { createDatabase } from '../src/databases.ts';
import { createSaidOfStatements } from '../src/growth/said-of-statements.ts';
import { growsWithDepth } from '../src/growth/walk-reads.ts';
import { rulesThatPassOver } from '../src/growth/walk-rules.ts';

const sent = (text: string) => ({ text, values: [] });

test('what a sample says of a statement is of one that is sent, and of no other', () => {
  const sample = { ids: {}, values: {} };
  const bounds = { 'AS seen': 10, 'AS counts': 20, 'AS gone': 30 };
  const said = createSaidOfStatements({ ...sample, boundedPages: bounds });
  expect(said.allowedTo(sent('SELECT max(id) AS seen FROM message WHERE id < $1')).bound).toBe(10);
  expect(said.allowedTo(sent('SELECT max(id) AS seen FROM message')).bound).toBe(10);
  expect(said.allowedTo(sent('SELECT 1 AS counts FROM message JOIN room ON true')).bound).toBe(20);
  expect(said.allowedTo(sent('SELECT 2 AS counts FROM participant')).bound).toBe(20);
  expect(said.allowedTo(sent('SELECT 3 FROM participant')).bound).toBeUndefined();
  expect(said.wrong()).toEqual([
    'AS counts: statements that read message, room; and participant have it',
    'AS gone: no statement has it',
  ]);
  const variants = { 'AS seen': 1, 'AS counts': 2 };
  const of = createSaidOfStatements({ ...sample, boundedPages: { 'AS counts': 20 }, variants });
  of.allowedTo(sent('SELECT 1 AS counts FROM message'));
  of.allowedTo(sent('SELECT 2 AS counts FROM participant'));
  expect(of.wrong()).toEqual([]);
});

test('what numbers the rows of a page have says nothing of what was passed over before it', () => {
  const page = (looked: number, numbers: number) => ({
    ...{ statement: sent('SELECT sequence, (SELECT count(*) FROM met) FROM room'), plan: '' },
    ...{ pages: 9, looked, rows: numbers, isCount: true, fetched: 0, found: 0, values: 0 },
  });
  const between = { between: 300 };
  expect(growsWithDepth(page(30, 666_672), page(30, 0), between)).toBe(false);
  expect(growsWithDepth(page(30, 0), page(330, 0), between)).toBe(true);
  expect(growsWithDepth(page(30, 666_672), page(330, 0), between)).toBe(true);
  // Of what stands further in, more is counted.
  expect(growsWithDepth(page(30, 20), page(330, 320), between)).toBe(false);
});

test('a rule that keeps some of what is old is tried with more of it than it may look at', async () => {
  await using database = await createDatabase('notifications');
  const rule = {
    table: 'sms_message',
    since: 'created_at',
    days: 30,
    where: `status <> 'PENDING'`,
  };
  expect(await rulesThatPassOver(database.url, [rule])).toEqual([
    'sms_message by created_at: only 0 old rows that stay',
  ]);
  const few = { sms_message: 'a text waits for an hour', push_message: 'no rule' };
  expect(await rulesThatPassOver(database.url, [rule], few)).toEqual([
    'push_message: no rule keeps anything old of it',
  ]);
});
