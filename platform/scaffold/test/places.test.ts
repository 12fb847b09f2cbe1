import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listedSubgraphs } from '../src/listed-subgraphs.ts';
import { missingPlaces, PLACES } from '../src/places.ts';

// souk.config.ts is the only list of subgraphs: what cannot read it must agree with it.

const ROOT = new URL('../../../', import.meta.url);

function read(path: string): string | null {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const names = listedSubgraphs().map(({ name }) => name);
const foldersOf = (path: string) =>
  readdirSync(new URL(path, ROOT), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

test('every file that names subgraphs names those of souk.config.ts', () => {
  expect(missingPlaces(listedSubgraphs(), read)).toEqual([]);
});

test('a subgraph that is only in souk.config.ts is reported as missing in every other place', () => {
  const reviews = { name: 'reviews', port: 4999, workerPort: 5999, database: 'reviews' };
  const missing = missingPlaces([reviews], read);
  expect(missing).toHaveLength(PLACES.length);
  for (const sentence of missing) expect(sentence).toContain('reviews');
});

test('a place that another subgraph lost is reported with the file and the list', () => {
  const without = (path: string) => read(path)?.replace('  -w @souk/chat \\\n', '') ?? null;
  expect(missingPlaces(listedSubgraphs(), without)).toEqual([
    'deploy/Dockerfile: add chat to the workspaces whose packages are installed:\n  -w @souk/chat \\\n',
  ]);
});

test.each([
  ['subgraphs/', foldersOf('subgraphs')],
  ['prisma/', foldersOf('prisma')],
  [
    'gateway/playground/samples/',
    readdirSync(new URL('gateway/playground/samples', ROOT)).map((file) => file.split('.')[0]),
  ],
  [
    'deploy/Dockerfile',
    [...(read('deploy/Dockerfile') ?? '').matchAll(/^COPY subgraphs\/(\w+)\//gm)].map(
      ([, name]) => name,
    ),
  ],
  [
    'docker-compose.yml',
    [...(read('docker-compose.yml') ?? '').matchAll(/"subgraphs\/(\w+)\/dist\/main\.js"/g)].map(
      ([, name]) => name,
    ),
  ],
])('%s has no subgraph that souk.config.ts does not have', (_, found) => {
  expect([...found].sort()).toEqual([...names].sort());
});

test('no two of them want the same port or database', () => {
  const subgraphs = listedSubgraphs();
  const ports = subgraphs.flatMap(({ port, workerPort }) => [port, workerPort]);
  expect(new Set(ports).size).toBe(ports.length);
  expect(new Set(subgraphs.map(({ database }) => database)).size).toBe(subgraphs.length);
});
