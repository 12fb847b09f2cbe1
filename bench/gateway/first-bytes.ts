import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../median.ts';
import { LOAD_CORE, SERVER_CORE, start, untilListening } from '../processes.ts';
import { SUBGRAPH_PORT } from './cases/case.ts';
import { loadCase, supergraphOf } from './cases/load-case.ts';
import { buildSouk, souks } from './contenders/souk.ts';
import { IN_PARTS, JSON_ALONE } from './load.ts';

// When the first bytes arrive for a page with one slow subgraph, with and without deferring it; and for a
// list that this subgraph completes item by item, streamed and not; one request at a time.

const SLOW_MS = 50;
const SLOW_MS_EACH = 1;
const TIMES = 200;
const PORT = 4_150;

const page = (later: string): string => `{
  readers { id name }
  bestBooks {
    isbn title price available postage
    ${later} { opinions { id text writer { id name birthday } } }
  }
}`;
const list = (later: string): string => `{
  crowd(first: 60) ${later} { id name opinions { id text } }
}`;

const benchCase = loadCase('', '');
const folder = mkdtempSync(join(tmpdir(), 'souk-first-bytes-'));
const supergraphFile = join(folder, 'supergraph.graphql');
writeFileSync(supergraphFile, supergraphOf(benchCase));
buildSouk();
const [souk] = souks;
if (!souk) throw new Error('There is no gateway to measure.');
const { path, ...command } = souk.command({ benchCase, supergraphFile, folder, port: PORT });
const gateway = start({
  ...command,
  core: SERVER_CORE,
  logFile: join(folder, 'gateway.log'),
});

interface Times {
  readonly first: number;
  readonly all: number;
}

async function timesOf(query: string, accept: string): Promise<Times> {
  const from = performance.now();
  const response = await fetch(`http://127.0.0.1:${PORT}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });
  const parts = response.body?.getReader();
  if (!response.ok || !parts) throw new Error(`${response.status}`);
  await parts.read();
  const first = performance.now() - from;
  while (!(await parts.read()).done);
  return { first, all: performance.now() - from };
}

async function row(what: string, query: string, accept: string): Promise<string> {
  const fetches = async () =>
    Number(await (await fetch(`http://127.0.0.1:${SUBGRAPH_PORT}`)).text());
  for (let n = 0; n < TIMES / 4; n += 1) await timesOf(query, accept);
  const before = await fetches();
  const times: Times[] = [];
  for (let n = 0; n < TIMES; n += 1) times.push(await timesOf(query, accept));
  const each = (await fetches()) - before;
  const of = (key: keyof Times) => median(times.map((one) => one[key])).toFixed(1);
  return `| ${what} | ${of('first')} | ${of('all')} | ${each / TIMES} |`;
}

/** The subgraphs, one of them slow, as long as something is measured. */
async function beside(slowness: string, measure: () => Promise<void>): Promise<void> {
  const subgraphs = start({
    file: process.execPath,
    args: [
      ...['--import', 'tsx', fileURLToPath(new URL('subgraphs.ts', import.meta.url))],
      ...['', '', `opinions=${slowness}`],
    ],
    core: LOAD_CORE,
    logFile: join(folder, 'subgraphs.log'),
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  try {
    await untilListening(SUBGRAPH_PORT);
    await measure();
  } finally {
    await subgraphs.stop();
  }
}

try {
  await untilListening(PORT);
  console.log('| | first bytes ms | all ms | fetches |\n|---|---|---|---|');
  await beside(`${SLOW_MS}`, async () => {
    console.log(await row('whole', page('...'), JSON_ALONE));
    console.log(await row('deferred', page('... @defer'), IN_PARTS));
  });
  await beside(`0+${SLOW_MS_EACH}`, async () => {
    console.log(await row('list', list(''), JSON_ALONE));
    console.log(await row('streamed', list('@stream(initialCount: 6)'), IN_PARTS));
  });
} finally {
  await gateway.stop();
}
rmSync(folder, { recursive: true, force: true });
