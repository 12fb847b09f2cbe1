import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineSpeed } from '../machine.ts';
import { canPin, LOAD_CORE, start, untilListening } from '../processes.ts';
import { takeOutStops } from '../profiles.ts';
import { takeTurns } from '../turns.ts';
import { type BenchOperation, SUBGRAPH_PORT } from './cases/case.ts';
import { loadCase, supergraphOf } from './cases/load-case.ts';
import { mixedOperation } from './cases/mixed.ts';
import type { Contender } from './contenders/contender.ts';
import { apollo, peers, unsharedGrafbase } from './contenders/peers.ts';
import { buildSouk, otherSouks, souks, TRACES_PORT } from './contenders/souk.ts';
import { type Contestant, enter } from './contestant.ts';
import { type Measurement, report } from './report.ts';
import { differences } from './same-data.ts';

const USAGE = `npm run bench:gateway -- [options]

  --data FOLDER      the public benchmark's supergraph, query and data instead of our own
  --distinct         our own data with no two texts alike
  --rounds N         default 3
  --seconds N        measured in each round for each, by turns, default 10
  --warmup N         seconds before that, default 5
  --connections N    default 50
  --only TEXT        contenders whose name contains it; repeatable
  --operation NAME   heavy, two-subgraphs, typename, mixed; of our own data megabyte, errors and defer as well;
                     repeatable, default all
  --against FOLDER   enter the gateway/dist of another commit, too
  --profile FOLDER   write there where Souk spends its time, for a browser's devtools
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    distinct: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    warmup: { type: 'string', default: '5' },
    connections: { type: 'string', default: '50' },
    only: { type: 'string', multiple: true },
    operation: { type: 'string', multiple: true },
    against: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

/** npm runs this in another folder than the one where it was asked to. */
const given = (path: string): string => resolve(process.env.INIT_CWD ?? '.', path);
const data = values.data && given(values.data);
const caseArguments = [data ?? '', values.distinct ? 'distinct' : ''] as const;
const benchCase = loadCase(...caseArguments);
const folder = mkdtempSync(join(tmpdir(), 'souk-bench-'));
const supergraphFile = join(folder, 'supergraph.graphql');
const supergraphSdl = supergraphOf(benchCase);
writeFileSync(supergraphFile, supergraphSdl);
const operations = [...benchCase.operations, mixedOperation(supergraphSdl)].filter(
  ({ name }) => !values.operation || values.operation.includes(name),
);
const wanted = (contender: Contender): boolean =>
  contender.available &&
  (!values.only || values.only.some((part) => contender.name.includes(part)));
const others = values.against ? otherSouks(given(values.against)) : [];
const contenders = [...peers, ...others, ...souks].filter(wanted);
if (contenders.some((contender) => souks.includes(contender))) buildSouk();

console.log(
  `${benchCase.name} case, Node ${process.version}, ${values.connections} connections, ` +
    `${values.rounds} rounds of ${values.seconds} s after ${values.warmup} s, ` +
    `${canPin ? 'gateway on one core, subgraphs and load on another' : 'not pinned to cores'}`,
);

console.log(machineSpeed());
const subgraphs = start({
  file: process.execPath,
  args: [
    '--import',
    'tsx',
    fileURLToPath(new URL('subgraphs.ts', import.meta.url)),
    ...caseArguments,
  ],
  core: LOAD_CORE,
  logFile: join(folder, 'subgraphs.log'),
  cwd: fileURLToPath(new URL('..', import.meta.url)),
});
await untilListening(SUBGRAPH_PORT);

/** Takes the traces of those who keep some. */
const traces = createServer((request, response) => {
  request.resume().once('end', () => response.end('{}'));
}).listen(TRACES_PORT, '127.0.0.1');

const measurements: Measurement[] = [];
/** The data that the first contender answered with; all others must say the same. */
const references = new Map<string, readonly Buffer[]>();
try {
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    for (const operation of operations) {
      for (const measurement of await measure(operation)) {
        measurements.push(measurement);
        const { contender, requestsPerSecond, p99Ms, wrong } = measurement;
        console.log(
          `${round} ${operation.name.padEnd(14)} ${contender.padEnd(40)} ` +
            `${requestsPerSecond.toFixed(0).padStart(7)}/s  p99 ${p99Ms.toFixed(0)} ms` +
            (wrong > 0 ? `  ${wrong} WRONG` : ''),
        );
      }
    }
  }
} finally {
  await subgraphs.stop();
  traces.closeAllConnections();
  traces.close();
}
if (values.profile) takeOutStops(given(values.profile));
console.log(
  `${machineSpeed()}\n\n${report(measurements, { stock: apollo.name, Grafbase: unsharedGrafbase.name })}`,
);

/** All contenders by turns, from their start to their end. */
async function measure(operation: BenchOperation): Promise<Measurement[]> {
  const contestants: Contestant[] = [];
  try {
    for (const [place, contender] of contenders.entries()) {
      const contestant = await enter(contender, {
        benchCase,
        supergraphFile,
        operation,
        folder,
        place,
        connections: Number(values.connections),
        flags:
          values.profile && [...souks, ...others].includes(contender)
            ? ['--cpu-prof', '--cpu-prof-dir', given(values.profile)]
            : [],
      });
      contestants.push(contestant);
      const reference = references.get(operation.name) ?? contestant.answers;
      references.set(operation.name, reference);
      const different = differences(contestant.answers, reference);
      const [first] = different;
      // Of hundreds some may be what a peer gets wrong; of one it would be a race about something else.
      if (first && operation.requests.length === 1)
        throw new Error(`${contender.name} answers otherwise:\n${first}`);
      if (first)
        console.log(`${contender.name}: ${different.length} answers differ, such as\n${first}`);
    }
    await takeTurns(contestants, Number(values.warmup) * 1_000);
    for (const contestant of contestants) contestant.startMeasuring();
    await takeTurns(contestants, Number(values.seconds) * 1_000);
    return contestants.map((contestant) => contestant.result());
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.leave()));
  }
}
