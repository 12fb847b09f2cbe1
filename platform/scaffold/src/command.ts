import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ID_TYPES } from '@souk/runtime/domain';
import { listedSubgraphs } from './listed-subgraphs.ts';
import { writeSubgraph } from './new-subgraph.ts';
import { ScaffoldError } from './scaffold-error.ts';

// npm run new:subgraph -- wishlists [--entity wishlist] [--prefix wis] [--no-install]

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What brings everything that is made of schemas up to date; documents are typed against the graph composed first. */
const STEPS = [['compose'], ['generate'], ['docs:events']].map((script) => [
  'run',
  '--silent',
  ...script,
]);

const INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: {
      entity: { type: 'string' },
      prefix: { type: 'string' },
      install: { type: 'boolean', default: true },
    },
  });
  const [subgraph, ...rest] = positionals;
  if (rest.length > 0) throw new ScaffoldError(['One name at a time, please.']);
  const written = writeSubgraph(
    ROOT,
    { subgraph, entity: values.entity, prefix: values.prefix },
    { listed: listedSubgraphs(), prefixes: ID_TYPES, now: new Date() },
  );
  const ours = written.files.filter((file) => /\.(?:ts|json|graphql)$/.test(file));
  run('npx', ['biome', 'check', '--write', '--linter-enabled=false', ...ours]);
  if (values.install) run('npm', INSTALL);
  for (const step of STEPS) run('npm', step);
  console.log(`
  The subgraph ${written.name} is there: ${written.files.length} files, of which these are its own:

    subgraphs/${written.name}/       what it does, and its tests
    prisma/${written.name}/          its tables
    gateway/playground/samples/${written.name}.graphql

  See it:   npm start              (with its demo data)
  Test it:  npx vitest run subgraphs/${written.name}
  Then make it yours: schema.graphql first, schema.prisma and npm run db:diff, then the use cases.
`);
} catch (error) {
  // What parseArgs says of an option it does not know is a sentence, too.
  const isKnown = error instanceof ScaffoldError || (error as { code?: string }).code !== undefined;
  console.error(isKnown ? `\n  ${(error as Error).message.replaceAll('\n', '\n  ')}\n` : error);
  process.exitCode = 1;
}

/** Runs a step where the person sees what it says; ends everything when it fails. */
function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    throw new ScaffoldError([`${command} ${args.slice(0, 4).join(' ')} failed; see above.`]);
  }
}
