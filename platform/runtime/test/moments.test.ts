import { createDatabase } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { scalarsDeclaredIn } from '../src/graphql/scalars.ts';
import { pgDatabase } from './pg-database.ts';

const { DateTime } = scalarsDeclaredIn('scalar DateTime');

const YEARS = ['0000', '0001', '0099', '1000', '1969', '2026', '9999'];
const ENDS = ['01-01T00:00:00', '06-15T12:30:00.5', '12-31T23:59:59.999'];
const OFFSETS = ['Z', '+14:00', '-12:00', '+00:01', '-23:59'];
const ALL = YEARS.flatMap((year) =>
  ENDS.flatMap((end) => OFFSETS.map((offset) => `${year}-${end}${offset}`)),
);

test('every moment that a client can give is one that the database keeps', async () => {
  const database = await createDatabase('users');
  const db = pgDatabase(database.url);
  onTestFinished(async () => {
    await db.close();
    await database.drop();
  });
  const refused: string[] = [];
  const taken: Date[] = [];
  for (const text of ALL) {
    try {
      taken.push(DateTime?.parseValue(text) as Date);
    } catch (error) {
      expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
      refused.push(text);
    }
  }
  const written = taken.map((moment) => moment.toISOString());
  const kept = await db.$queryRawUnsafe<{ at: Date }[]>(
    `SELECT at FROM unnest($1::text[]) WITH ORDINALITY AS given (text, place),
       LATERAL (SELECT text::timestamptz AS at) AS kept ORDER BY place`,
    written,
  );
  expect(kept.map(({ at }) => at.toISOString())).toEqual(written);
  expect(refused.length).toBeLessThan(ALL.length / 4);
  expect(refused).toContain('0000-01-01T00:00:00Z');
  expect(refused).toContain('0001-01-01T00:00:00+14:00');
  expect(refused).toContain('9999-12-31T23:59:59.999-12:00');
});
