import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LOAD_CORE, SERVER_CORE, start, threadSeconds, untilListening } from '../processes.ts';
import { SUBGRAPH_PORT } from './cases/case.ts';
import { loadCase, supergraphOf } from './cases/load-case.ts';
import { ColdAsker, type ColdLoad, KNOWN } from './cold-load.ts';
import { type ColdOperation, differentOperations, sameButForNames } from './cold-operations.ts';
import { buildSouk, souks } from './contenders/souk.ts';

// What operations cost that nobody has asked for before, and what others feel of them: so many different
// ones, some at a time or some a second, while somebody else asks again and again for what is known.

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '50' },
    rate: { type: 'string', default: '50' },
    profile: { type: 'string' },
    cores: { type: 'string', default: String(SERVER_CORE) },
  },
});
/** Not the default, which whoever works here may be using. */
const PORT = 4_150;
/** Of these a process makes its first experiences, which cost more. */
const WARM_UP = 200;
const benchCase = loadCase('', '');
const folder = mkdtempSync(join(tmpdir(), 'souk-cold-'));
const supergraphFile = join(folder, 'supergraph.graphql');
const supergraphSdl = supergraphOf(benchCase);
writeFileSync(supergraphFile, supergraphSdl);
buildSouk();
const subgraphs = start({
  file: process.execPath,
  args: ['--import', 'tsx', fileURLToPath(new URL('subgraphs.ts', import.meta.url)), '', ''],
  core: LOAD_CORE,
  logFile: join(folder, 'subgraphs.log'),
  cwd: fileURLToPath(new URL('..', import.meta.url)),
});
const [souk] = souks;
if (!souk) throw new Error('There is no gateway to measure.');
const { path, ...command } = souk.command({
  benchCase,
  supergraphFile,
  folder,
  port: PORT,
});
const showsDelay = new URL('event-loop-delay.mjs', import.meta.url).href;
const profile = values.profile
  ? ['--cpu-prof', '--cpu-prof-dir', resolve(process.env.INIT_CWD ?? '.', values.profile)]
  : [];
const gateway = start({
  ...command,
  args: ['--import', showsDelay, ...profile, ...command.args],
  // Its planning thread is on the same core, unless `--cores` gives it more.
  ...{ core: values.cores, logFile: join(folder, 'gateway.log'), channel: true },
});

/** How long the gateway's event loop stood still since it was asked last. */
async function eventLoopDelay(): Promise<string> {
  // The channel is shared with what the gateway says for itself, such as that it is ready.
  const answered = new Promise<{ p99: number; most: number }>((resolve) => {
    gateway.child.on('message', (message: { eventLoopDelay?: { p99: number; most: number } }) => {
      if (message.eventLoopDelay) resolve(message.eventLoopDelay);
    });
  });
  gateway.child.send('delay');
  const { p99, most } = await answered;
  return `${p99.toFixed(1)} / ${most.toFixed(1)}`;
}

const percentile = (all: readonly number[], share: number): string =>
  ([...all].sort((a, b) => a - b)[Math.ceil(all.length * share) - 1] ?? Number.NaN).toFixed(1);
const row = (what: string, all: readonly number[], delay: string, cpu = ''): string =>
  `| ${what} | ${all.length} | ${[0.5, 0.99, 1].map((share) => percentile(all, share)).join(' | ')} | ${delay} | ${cpu} |`;

/** Rows for a load: those that are new, and what is known beside them. */
async function rowsOf(what: string, operations: number, load: () => Promise<ColdLoad>) {
  await eventLoopDelay();
  const before = threadSeconds(gateway.pid);
  const { cold, beside } = await load();
  const after = threadSeconds(gateway.pid);
  const delay = await eventLoopDelay();
  const each = (used: number) => ((used * 1_000) / operations).toFixed(1);
  const cpu = `${each(after.main - before.main)} / ${each(after.others - before.others)}`;
  console.log(row(what, cold, delay, cpu));
  console.log(row('what is known, beside them', beside, delay));
}

try {
  await untilListening(SUBGRAPH_PORT);
  await untilListening(PORT);
  const asker = new ColdAsker(PORT, path);
  const count = Number(values.operations);
  const connections = Number(values.connections);
  const rate = Number(values.rate);
  const different = differentOperations(supergraphSdl, 2 * count + WARM_UP);
  const take = (): ColdOperation[] => different.splice(0, count);
  for (let n = 0; n < WARM_UP; n += 1) await asker.timed({ query: KNOWN });
  await eventLoopDelay();
  const alone: number[] = [];
  for (let n = 0; n < 200; n += 1) alone.push(await asker.timed({ query: KNOWN }));
  const delayAlone = await eventLoopDelay();
  console.log(
    '| what | asked | p50 ms | p99 ms | most ms | event loop stood still, p99 / most ms | CPU ms each, main / other threads |\n|---|---|---|---|---|---|---|',
  );
  console.log(row('what is known, alone', alone, delayAlone));
  await rowsOf('new operations, the first of a process', WARM_UP, () =>
    asker.atRate(different.splice(0, WARM_UP), rate),
  );
  await rowsOf(`new operations, ${rate} a second`, count, () => asker.atRate(take(), rate));
  await rowsOf(`new operations, ${connections} at a time`, count, () =>
    asker.crowd(take(), connections),
  );
  await rowsOf(`new names and values alone, ${connections} at a time`, count, () =>
    asker.crowd(sameButForNames(count), connections),
  );
} finally {
  await gateway.stop();
  await subgraphs.stop();
}
