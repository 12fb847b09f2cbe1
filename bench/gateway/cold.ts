import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LOAD_CORE, SERVER_CORE, start, untilListening } from '../processes.ts';
import { SUBGRAPH_PORT } from './cases/case.ts';
import { loadCase, supergraphOf } from './cases/load-case.ts';
import { buildSouk, souks } from './contenders/souk.ts';
import { ask } from './load.ts';

// What operations cost that nobody has asked for before, and what others feel of them: so many different
// ones, some at a time, while somebody else asks again and again for what is known.

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '50' },
  },
});
/** Not the default, which whoever works here may be using. */
const PORT = 4_150;
const benchCase = loadCase('', '');
const folder = mkdtempSync(join(tmpdir(), 'souk-cold-'));
const supergraphFile = join(folder, 'supergraph.graphql');
writeFileSync(supergraphFile, supergraphOf(benchCase));
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
const tellsDelay = new URL('event-loop-delay.mjs', import.meta.url).href;
const gateway = start({
  ...command,
  args: ['--import', tellsDelay, ...command.args],
  ...{ core: SERVER_CORE, logFile: join(folder, 'gateway.log'), channel: true },
});

/** How long the gateway's event loop stood still since it was asked last. */
async function eventLoopDelay(): Promise<string> {
  // The channel is shared with what the gateway says for itself, such as that it is ready.
  const told = new Promise<{ p99: number; most: number }>((resolve) => {
    gateway.child.on('message', (message: { eventLoopDelay?: { p99: number; most: number } }) => {
      if (message.eventLoopDelay) resolve(message.eventLoopDelay);
    });
  });
  gateway.child.send('delay');
  const { p99, most } = await told;
  return `${p99.toFixed(1)} / ${most.toFixed(1)}`;
}

const timed = async (query: string): Promise<number> => {
  const from = performance.now();
  await ask(PORT, path, JSON.stringify({ query }));
  return performance.now() - from;
};
const percentile = (all: readonly number[], share: number): string =>
  ([...all].sort((a, b) => a - b)[Math.ceil(all.length * share) - 1] ?? Number.NaN).toFixed(1);
const row = (what: string, all: readonly number[], delay: string): string =>
  `| ${what} | ${all.length} | ${[0.5, 0.99, 1].map((share) => percentile(all, share)).join(' | ')} | ${delay} |`;

try {
  await untilListening(SUBGRAPH_PORT);
  await untilListening(PORT);
  const [operation] = benchCase.operations.filter(({ name }) => name === 'two-subgraphs');
  const query = operation?.requests[0]?.query;
  if (query === undefined) throw new Error('The case has no such operation.');
  const known = '{ __typename }';
  for (let n = 0; n < 200; n += 1) await timed(known);
  const alone: number[] = [];
  await eventLoopDelay();
  for (let n = 0; n < 200; n += 1) alone.push(await timed(known));
  const delayAlone = await eventLoopDelay();

  /** The same work for each, and no text twice. */
  const different = (n: number) => query.replace('{', `{ cold${n}: __typename `);
  const cold: number[] = [];
  let next = 0;
  let isOver = false;
  const askers = Array.from({ length: Number(values.connections) }, async () => {
    while (next < Number(values.operations) && !isOver) {
      next += 1;
      cold.push(await timed(different(next)));
    }
  });
  const beside: number[] = [];
  const other = (async () => {
    while (!isOver) {
      beside.push(await timed(known));
      await pause(2);
    }
  })();
  // One that fails ends the others, and what was started is stopped in any case.
  const all = Promise.all(askers).finally(() => {
    isOver = true;
  });
  const asked = await Promise.allSettled([all, other, ...askers]);
  for (const one of asked) if (one.status === 'rejected') throw one.reason;
  const delayBeside = await eventLoopDelay();
  const again: number[] = [];
  for (let n = 1; n <= 200; n += 1) again.push(await timed(different(n)));
  const delayAgain = await eventLoopDelay();
  console.log(
    '| what | asked | p50 ms | p99 ms | most ms | event loop stood still, p99 / most ms |\n|---|---|---|---|---|---|',
  );
  console.log(row('operations that are new', cold, delayBeside));
  console.log(row('the same, one at a time, once they are known', again, delayAgain));
  console.log(row('what is known, beside them', beside, delayBeside));
  console.log(row('what is known, alone', alone, delayAlone));
} finally {
  await gateway.stop();
  await subgraphs.stop();
}
