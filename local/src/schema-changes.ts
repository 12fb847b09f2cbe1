import { execFile } from 'node:child_process';
import { copyFileSync, renameSync, unwatchFile, watchFile } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { SubgraphName } from '../../souk.config.ts';

const run = promisify(execFile);

/** How often the files are looked at; how long a subgraph may take to start. In milliseconds. */
const LOOK_MS = 300;
const READY_MS = 60_000;

export interface SchemaChangesOptions {
  /** Of the repository. */
  readonly root: string;
  readonly subgraphs: readonly SubgraphName[];
  /** What the gateway reads, and looks at again whenever it changes. */
  readonly supergraphFile: string;
  /** Stops a subgraph's processes and starts them anew. */
  restart(subgraph: SubgraphName): Promise<void>;
  isReady(subgraph: SubgraphName): Promise<boolean>;
  say(line: string): void;
}

/**
 * Follows each `schema.graphql`: composes anew, starts that subgraph again, and gives the gateway the new
 * graph once the subgraph can answer it. A schema that does not compose is told, and everything goes on
 * with the one before.
 */
export function followSchemas(options: SchemaChangesOptions): () => void {
  const { root, subgraphs, supergraphFile, restart, isReady, say } = options;
  let last = Promise.resolve();
  const changed = async (subgraph: SubgraphName) => {
    try {
      await compose(root);
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string };
      return say(`${subgraph}: its schema was not taken over.\n${stderr || message}`);
    }
    await restart(subgraph);
    const giveUpAt = Date.now() + READY_MS;
    while (!(await isReady(subgraph)) && Date.now() < giveUpAt) await pause(LOOK_MS);
    takeOverSupergraph(root, supergraphFile);
    say(`${subgraph}: its new schema is in the graph. Types of resolvers: npm run generate`);
  };
  const files = subgraphs.map((name) => {
    const file = join(root, 'subgraphs', name, 'schema.graphql');
    watchFile(file, { interval: LOOK_MS }, (now, before) => {
      if (now.mtimeMs !== before.mtimeMs) last = last.then(() => changed(name));
    });
    return file;
  });
  return () => {
    for (const file of files) unwatchFile(file);
  };
}

/** Puts the composed graph where the gateway looks, in one step. */
export function takeOverSupergraph(root: string, file: string): void {
  copyFileSync(join(root, 'gateway/supergraph.graphql'), `${file}.new`);
  renameSync(`${file}.new`, file);
}

async function compose(root: string): Promise<void> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  await run(process.execPath, ['--import', tsx, 'src/compose.ts'], { cwd: join(root, 'gateway') });
}
