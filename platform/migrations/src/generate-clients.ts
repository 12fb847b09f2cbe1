import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SUBGRAPH_NAMES } from '../../../souk.config.ts';
import { type ProjectLayout, schemaPath } from './project-layout.ts';
import { schemaEngineEnvironment } from './schema-engine-environment.ts';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** Beside the generated files, so that removing them removes the claim that they are up to date. */
const STAMP = '.generated-from';

/**
 * Generates the Prisma client of every subgraph whose schema, or whose Prisma, changed since last time.
 *
 * @returns the subgraphs that were generated
 * @throws when Prisma refuses a schema; the message is Prisma's own
 */
export async function generateClients(layout: ProjectLayout): Promise<string[]> {
  const cli = require.resolve('prisma/package.json');
  const { version } = require(cli) as { version: string };
  const outdated = SUBGRAPH_NAMES.map((subgraph) =>
    describeClient(layout, subgraph, version),
  ).filter((client) => !isUpToDate(client));
  const queue = [...outdated];
  const worker = async () => {
    for (let client = queue.shift(); client; client = queue.shift()) {
      await generateClient(join(dirname(cli), 'build', 'index.js'), client);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
  return outdated.map((client) => client.subgraph);
}

interface Client {
  readonly subgraph: string;
  readonly schema: string;
  readonly stampFile: string;
  /** What the generated files follow from: the schema and the version of the generator. */
  readonly stamp: string;
}

function describeClient(layout: ProjectLayout, subgraph: string, version: string): Client {
  const schema = schemaPath(layout.schemaRoot, subgraph);
  const output = join(layout.subgraphRoot, subgraph, 'src', '__generated__', 'prisma');
  const stamp = createHash('sha256').update(`${version}\n`).update(readFileSync(schema));
  return { subgraph, schema, stampFile: join(output, STAMP), stamp: stamp.digest('hex') };
}

function isUpToDate({ stampFile, stamp }: Client): boolean {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8').trim() === stamp;
}

async function generateClient(cli: string, { schema, stampFile, stamp, subgraph }: Client) {
  const env = {
    ...process.env,
    ...schemaEngineEnvironment(),
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    NO_COLOR: '1',
  };
  try {
    await run(process.execPath, [cli, 'generate', '--schema', schema, '--no-hints'], { env });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `The Prisma client of ${subgraph} was not generated.\n${stdout}${stderr}`.trim(),
    );
  }
  if (!existsSync(dirname(stampFile))) {
    throw new Error(
      `The "output" in ${schema} does not lead to ${dirname(stampFile)}; see prisma/README.md.`,
    );
  }
  writeFileSync(stampFile, `${stamp}\n`);
}
