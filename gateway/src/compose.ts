import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiChanges, printApiChanges } from './supergraph/api-changes.ts';
import { CompositionError } from './supergraph/compose.ts';
import { API, composeRepository, REPOSITORY } from './supergraph/compose-repository.ts';

// `npm run compose` writes the identity subgraph's schema, supergraph.graphql and
// api.graphql (what clients see) from the subgraphs' schemas; with `--check` it writes nothing and fails when the
// committed ones differ. Either says what is different for clients. `--check --against <commit>` compares with
// the API of a commit, such as a release, and fails when that breaks clients.

function main(args: readonly string[]): number {
  const check = args.includes('--check');
  const against = args.includes('--against') ? args[args.indexOf('--against') + 1] : undefined;
  try {
    const composed = composeRepository();
    const stale = Object.entries(composed).filter(([file, text]) => currentText(file) !== text);
    const before = against ? textAt(against, API) : currentText(API);
    const changes = apiChanges(before ?? composed[API] ?? '', composed[API] ?? '');
    const report = printApiChanges(changes);
    if (report) console.log(report);
    const names = stale.map(([file]) => file).join(', ');
    if (check && stale.length > 0) {
      console.error(
        `${names} differ from what the subgraphs' schemas give: run \`npm run compose\`.`,
      );
      return 1;
    }
    for (const [file, text] of stale) writeFileSync(new URL(file, REPOSITORY), text);
    console.log(stale.length === 0 ? 'The supergraph is up to date.' : `Wrote ${names}.`);
    return against && changes.breaking.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof CompositionError)) throw error;
    console.error(error.message);
    return 1;
  }
}

function currentText(file: string): string | null {
  try {
    return readFileSync(new URL(file, REPOSITORY), 'utf8');
  } catch {
    return null;
  }
}

function textAt(commit: string, file: string): string {
  try {
    const options = { cwd: fileURLToPath(REPOSITORY), encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('git', ['show', `${commit}:${file}`], options);
  } catch {
    throw new CompositionError([`there is no ${file} in "${commit}"`]);
  }
}

process.exitCode = main(process.argv.slice(2));
