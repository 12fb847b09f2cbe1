import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSouk } from '../gateway/contenders/souk.ts';
import { canPin, LOAD_CORE, pinSelf } from '../processes.ts';
import { takeOutStops } from '../profiles.ts';
import { realSouk } from './contenders/real-souk.ts';
import { socketIo } from './contenders/socket-io.ts';
import { souk } from './contenders/souk.ts';
import { measureJoins } from './joins.ts';
import { type Measurement, measure } from './measure.ts';
import { buildRealSouk, startRealSouk } from './real/real-souk.ts';
import { startRedis } from './redis.ts';
import { report } from './report.ts';
import { accessTokenKeys, freshSecrets } from './secrets.ts';

const USAGE = `npm run bench:fanout -- [options]

  --subscribers N    of one room, each a viewer of their own; repeatable, default 1000 and 5000
  --rounds N         default 3, interleaved
  --seconds N        measured in each round for each, by turns, default 10
  --warmup N         seconds before that, default 3
  --only TEXT        contenders whose name contains it; repeatable
  --real             Souk over the repository's own subgraphs and database as well
  --bundle FILE      another bundle of the gateway besides, to see what a change does; repeatable
  --unweighed        without the look at what an idle subscriber adds to memory, which takes a minute and a half for each
  --selections N     Souk besides where its subscribers ask for so many different things in the room; repeatable
  --joins N          joins alone, of N at a time by turns, and no messages
  --profile FOLDER   write there where the servers spend their time, for a browser's devtools
`;

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', multiple: true, default: ['1000', '5000'] },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    warmup: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
    unweighed: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
    bundle: { type: 'string', multiple: true, default: [] },
    selections: { type: 'string', multiple: true, default: [] },
    joins: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

/** Crowds that come to each server where joins alone are measured. */
const JOIN_TURNS = 12;
/** npm runs this in another folder than the one where it was asked to. */
const given = (path: string): string => resolve(process.env.INIT_CWD ?? '.', path);
const profile = values.profile && given(values.profile);
const folder = mkdtempSync(join(tmpdir(), 'souk-fanout-'));
const secrets = freshSecrets();
const peer = socketIo(accessTokenKeys(secrets).key);
buildSouk();
if (values.real) buildRealSouk();
pinSelf(LOAD_CORE);

console.log(
  `Node ${process.version}, one room, ${values.rounds} rounds of ${values.seconds} s after ` +
    `${values.warmup} s, ` +
    `${canPin ? 'server on one core, everything else on another' : 'not pinned to cores'}`,
);
const redis = await startRedis(folder);
const real = values.real ? await startRealSouk(secrets, folder) : null;
const contenders = [
  peer,
  souk(secrets),
  ...values.bundle.map((bundle) => souk(secrets, { bundle: given(bundle) })),
  ...values.selections.map(Number).map((selections) => souk(secrets, { selections })),
  ...(real ? [realSouk(secrets, real)] : []),
].filter(({ name }) => !values.only || values.only.some((part) => name.includes(part)));
const measurements: Measurement[] = [];
let failed = false;
try {
  if (values.joins) {
    console.log(
      await measureJoins(contenders, { atATime: Number(values.joins), turns: JOIN_TURNS, folder }),
    );
  }
  for (let round = 1; round <= (values.joins ? 0 : Number(values.rounds)); round += 1) {
    for (const subscribers of values.subscribers.map(Number)) {
      const measured = await measure(contenders, {
        subscribers,
        warmupMs: Number(values.warmup) * 1_000,
        measureMs: Number(values.seconds) * 1_000,
        folder,
        profile,
        weighs: round === 1 && !values.unweighed,
      });
      measurements.push(...measured);
      for (const measurement of measured) console.log(lineOf(round, measurement));
    }
  }
} catch (error) {
  failed = true;
  console.error(`${error instanceof Error ? error.stack : error}\nLogs are in ${folder}.`);
} finally {
  await real?.stop();
  await redis.stop();
}
if (profile) takeOutStops(profile);
if (!values.joins) console.log(`\n${report(measurements, peer.name)}`);
for (const { contender, faults } of measurements) {
  for (const fault of faults) console.error(`${contender}: ${fault}`);
}
const faulty = measurements.some(({ missing, wrong, lost }) => missing + wrong + lost > 0);
if (!failed && !faulty) rmSync(folder, { recursive: true, force: true });
process.exit(failed || faulty ? 1 : 0);

function lineOf(round: number, one: Measurement): string {
  const wrong = one.missing + one.wrong + one.lost;
  return (
    `${round} ${String(one.subscribers).padStart(5)} ${one.contender.padEnd(26)} ` +
    `${one.deliveredPerSecond.toFixed(0).padStart(7)}/s  to all ${one.reachMs.toFixed(1)} ms  ` +
    `p99 ${one.p99Ms.toFixed(1)} ms  ${one.cpuMicroseconds.toFixed(1)} µs  ` +
    `${one.joinsPerSecond.toFixed(0)} joins/s of ${one.joinMicroseconds.toFixed(0)} µs${one.idleKb === null ? '' : `  ${one.idleKb.toFixed(1)} KB`}` +
    (wrong > 0 ? `  ${wrong} WRONG` : '')
  );
}
