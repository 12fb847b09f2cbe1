import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Ways to look for a part of a text in PostgreSQL, by SQL or by Prisma; all depend on its locale. */
const PARTS_OF_TEXTS = [
  /\bI?LIKE\s*(?:\$\{|\$\d|'|\()/gi,
  /\bSIMILAR\s+TO\b/gi,
  /~\*/g,
  /\b(?:to_tsvector|to_tsquery|plainto_tsquery|phraseto_tsquery|websearch_to_tsquery)\b/gi,
  /\b(?:strpos|position|similarity|word_similarity)\(/gi,
  /\b(?:contains|startsWith|endsWith):\s*[a-z]\w*\b(?!\()/g,
  /\bmode:\s*'insensitive'/g,
];

const partsLookedFor = (text: string): string[] =>
  PARTS_OF_TEXTS.flatMap((pattern) => [...text.matchAll(pattern)].map(([found]) => found));

test.each([
  'WHERE name ILIKE $1',
  "WHERE lower(name) like '%a%'",
  'where: { name: { contains: text, mode: "default" } }',
  'where: { name: { startsWith: text } }',
  'to_tsvector(name)',
])('%s is seen', (text) => {
  expect(partsLookedFor(text)).not.toEqual([]);
});

test('nobody searches but by the words that the runtime cuts', () => {
  const folders = [
    'platform/runtime/src',
    ...readdirSync(`${ROOT}subgraphs`).map((name) => `subgraphs/${name}/src`),
  ];
  const sources = folders
    .flatMap((folder) =>
      readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => /(?<!\.test)\.ts$/.test(path) && !path.includes('__generated__'));
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.flatMap((path) =>
    partsLookedFor(readFileSync(`${ROOT}${path}`, 'utf8')).map((part) => `${path}: ${part}`),
  );
  expect(found).toEqual([]);
});
