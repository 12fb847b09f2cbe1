import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { editsFor } from './edits.ts';
import { checkedNames, type Taken, type Wanted } from './names.ts';
import { type ListedSubgraph, missingPlaces } from './places.ts';
import { render } from './render.ts';
import { ScaffoldError } from './scaffold-error.ts';

export interface NewSubgraph {
  readonly name: string;
  /** From the root. */
  readonly files: readonly string[];
}

const TEMPLATE_FOLDER = 'platform/scaffold/template';
const MIGRATION = '/migrations/init/';

/** The runtime's tables, which are the same in every subgraph's database. */
const RUNTIME_TABLES = 'prisma/runtime.sql';

/**
 * Writes a subgraph into the repository at `root`: its workspace, schema, migration, event, sample and
 * tests, and its name wherever subgraphs are listed. Everything is made in memory first, so that what
 * cannot be done changes nothing.
 *
 * @throws ScaffoldError with every problem of the names, or with what does not fit any more
 */
export function writeSubgraph(
  root: string,
  wanted: Wanted,
  {
    listed,
    prefixes,
    now,
  }: { listed: readonly ListedSubgraph[] } & Pick<Taken, 'prefixes'> & {
      now: Date;
    },
): NewSubgraph {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const names = checkedNames(wanted, {
    subgraphs: listed.map(({ name }) => name),
    graph: namesOfGraph(read('gateway/api.graphql')),
    prefixes,
  });
  const neighbour = listed.at(-1);
  if (!neighbour) throw new ScaffoldError(['souk.config.ts has no subgraph at all.']);
  const subgraph: ListedSubgraph = {
    name: names.subgraph,
    port: Math.max(...listed.map(({ port }) => port)) + 1,
    workerPort: Math.max(...listed.map(({ workerPort }) => workerPort)) + 1,
    database: names.subgraph,
  };

  const changed = new Map<string, string>();
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
  for (const path of filesIn(join(root, TEMPLATE_FOLDER))) {
    const target = render(path, names, subgraph).replace(MIGRATION, `/migrations/${stamp}_init/`);
    if (existsSync(join(root, target))) throw new ScaffoldError([`${target} is there already.`]);
    changed.set(target, render(read(`${TEMPLATE_FOLDER}/${path}`), names, subgraph));
  }
  const first = `prisma/${names.subgraph}/migrations/${stamp}_runtime/migration.sql`;
  changed.set(first, read(RUNTIME_TABLES));
  for (const { file, apply } of editsFor(names, subgraph, neighbour)) {
    changed.set(file, apply(changed.get(file) ?? read(file)));
  }
  const missing = missingPlaces([subgraph], (path) => changed.get(path) ?? null);
  if (missing.length > 0) throw new ScaffoldError(missing);

  for (const [path, text] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { name: names.subgraph, files: [...changed.keys()] };
}

/** Paths with slashes, on whatever system. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'));

/** Types, and fields of the root types: what stands at the beginning of a line, or two blanks in. */
const namesOfGraph = (api: string): Set<string> =>
  new Set([
    ...[...api.matchAll(/^(?:type|interface|union|enum|input|scalar) (\w+)/gm)].map(
      ([, name]) => name as string,
    ),
    ...[...api.matchAll(/^type (?:Query|Mutation|Subscription) \{\n([\s\S]*?)^\}/gm)].flatMap(
      ([, fields = '']) => [...fields.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name as string),
    ),
  ]);
