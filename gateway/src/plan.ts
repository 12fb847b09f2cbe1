import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeOperations } from './pipeline/describe-operations.ts';

// `npm run plan -- file.graphql` prints how the gateway runs the operations of a file.

const USAGE = `npm run plan -- FILE [options]

  --supergraph FILE   default: the one of this repository
  --variables JSON    what the cost is estimated with, by default none
`;

async function main(): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { supergraph: { type: 'string' }, variables: { type: 'string', default: '{}' } },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new Error(USAGE);
    // npm runs this in another folder than the one where it was called.
    const read = (path: string) => readFileSync(resolve(process.env.INIT_CWD ?? '.', path), 'utf8');
    const supergraph =
      values.supergraph === undefined
        ? readFileSync(fileURLToPath(new URL('../supergraph.graphql', import.meta.url)), 'utf8')
        : read(values.supergraph);
    const variables = JSON.parse(values.variables) as Record<string, unknown>;
    console.log(await describeOperations(supergraph, read(file), variables));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

process.exitCode = await main();
