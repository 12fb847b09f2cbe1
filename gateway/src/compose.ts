import { readFileSync, writeFileSync } from 'node:fs';
import { CompositionError } from './supergraph/compose.ts';
import { composeRepository, REPOSITORY } from './supergraph/compose-repository.ts';

// `npm run compose` writes the identity subgraph's schema, supergraph.graphql and
// api.graphql (what clients see) from the subgraphs' schemas; with `--check` it writes nothing and fails when the committed ones differ.

function main(): number {
  const check = process.argv.includes('--check');
  try {
    const files = Object.entries(composeRepository());
    const stale = files.filter(([file, text]) => currentText(file) !== text);
    if (check && stale.length > 0) {
      const names = stale.map(([file]) => file).join(', ');
      console.error(
        `${names} differ from what the subgraphs' schemas give: run \`npm run compose\`.`,
      );
      return 1;
    }
    for (const [file, text] of stale) writeFileSync(new URL(file, REPOSITORY), text);
    console.log(
      stale.length === 0
        ? 'The supergraph is up to date.'
        : `Wrote ${stale.map(([file]) => file).join(', ')}.`,
    );
    return 0;
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

process.exitCode = main();
