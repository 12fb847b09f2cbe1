import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Migrations up to here came before the first release, which is installed anew or with all stopped. */
const BEFORE_FIRST_RELEASE = '20261127';

/** What a process of the release before cannot live with: it still writes while this is applied. */
const CONTRACTIONS: readonly RegExp[] = [
  /\bDROP\s+(COLUMN|TABLE|FUNCTION|VIEW|TYPE)\b/i,
  /\bRENAME\s+(TO|COLUMN|CONSTRAINT)\b/i,
  /\bSET\s+NOT\s+NULL\b/i,
  /\bADD\s+(CONSTRAINT\s+\S+\s+)?CHECK\b/i,
  /\bADD\s+COLUMN\s+[^,;]*\bNOT\s+NULL\b(?![^,;]*\bDEFAULT\b)/i,
];

/** A line `-- contract: why` says that no process of the release before needs what goes. */
const isExplained = (sql: string) => /^-- contract: \S/m.test(sql);

const contractionsOf = (sql: string): RegExp[] => {
  const code = sql.replace(/--.*$/gm, '');
  return CONTRACTIONS.filter((contraction) => contraction.test(code));
};

test.each([
  'ALTER TABLE "a" DROP COLUMN "b";',
  'ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL;',
  'ALTER TABLE "a" ADD CONSTRAINT "a_b" CHECK (b > 0);',
  'ALTER TABLE "a" ADD COLUMN "b" TEXT NOT NULL;',
  'ALTER TABLE "a" RENAME TO "b";',
])('%s is a contraction, with a reason or without', (sql) => {
  expect(contractionsOf(sql)).toHaveLength(1);
  expect(isExplained(sql)).toBe(false);
  expect(isExplained(`-- contract: nobody writes it since 0.2\n${sql}`)).toBe(true);
});

test.each([
  'ALTER TABLE "a" ADD COLUMN "b" TEXT;',
  'ALTER TABLE "a" ADD COLUMN "b" INTEGER NOT NULL DEFAULT 0;',
  'CREATE TABLE "a" ("b" TEXT NOT NULL);',
  '-- No DROP COLUMN here.\nCREATE INDEX "a_b" ON "a" ("b");',
])('%s is none', (sql) => {
  expect(contractionsOf(sql)).toEqual([]);
});

test('a migration of a later release takes nothing away without saying why it may', () => {
  const prisma = new URL('../../../prisma/', import.meta.url);
  const folders = readdirSync(prisma, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const unexplained = folders.flatMap(({ name }) => {
    const migrations = new URL(`${name}/migrations/`, prisma);
    return readdirSync(migrations)
      .filter((migration) => /^\d/.test(migration) && migration > BEFORE_FIRST_RELEASE)
      .filter((migration) => {
        const sql = readFileSync(new URL(`${migration}/migration.sql`, migrations), 'utf8');
        return contractionsOf(sql).length > 0 && !isExplained(sql);
      })
      .map((migration) => `${name}/${migration}`);
  });
  expect(unexplained).toEqual([]);
});
