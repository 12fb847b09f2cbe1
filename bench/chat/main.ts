import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openClient } from '@souk/runtime/postgres';
import { buildRealSouk, startRealSouk } from '../fanout/real/real-souk.ts';
import { startRedis } from '../fanout/redis.ts';
import { freshSecrets } from '../fanout/secrets.ts';
import { buildSouk } from '../gateway/contenders/souk.ts';
import { leaveToTheSystem } from '../processes.ts';
import { takeTurns } from '../turns.ts';
import { readBigRoom } from './big-room.ts';
import { createJoins, type Joins, type JoinTally } from './joins.ts';
import { createLoad, type Load, sayAtLeast, type Tally } from './load.ts';
import { talkBySocketIo } from './socket-io.ts';
import { talkBySouk } from './souk.ts';

const USAGE = `npm run bench:chat -- [options]

  --rooms N          repeatable, default 1, 10 and 100
  --listeners N      in each room, default 2
  --in-flight N      messages on their way at any moment, default 8
  --seconds N        measured for each, by turns of half a second, default 10
  --warmup N         seconds before that, default 3
  --warm N           and so many messages of each before that, default 0: V8 compiles what has run some thousand times
  --node-flag FLAG   repeatable, for each of Souk's processes: --node-flag=--max-semi-space-size=32
  --rate N           messages a second of the same for each at which they are compared, default 50; 0 for none
  --joining N        seconds for each in which people connect, listen and go, default 5; 0 for none
  --big N            reads a room of so many messages, default 1000000; 0 for none
  --profile FOLDER   write there where Souk's processes spend their time, for a browser's devtools
`;

const { values } = parseArgs({
  options: {
    rooms: { type: 'string', multiple: true, default: ['1', '10', '100'] },
    listeners: { type: 'string', default: '2' },
    'in-flight': { type: 'string', default: '8' },
    seconds: { type: 'string', default: '10' },
    warmup: { type: 'string', default: '3' },
    warm: { type: 'string', default: '0' },
    'node-flag': { type: 'string', multiple: true, default: [] },
    rate: { type: 'string', default: '50' },
    joining: { type: 'string', default: '5' },
    big: { type: 'string', default: '1000000' },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const nodeFlags = [
  ...values['node-flag'],
  ...(values.profile ? ['--cpu-prof', '--cpu-prof-dir', resolve(values.profile)] : []),
];
const folder = mkdtempSync(join(tmpdir(), 'souk-chat-'));
const secrets = freshSecrets();
buildSouk();
buildRealSouk();
// Five processes of Souk take turns with what they wait for: any fixed place would measure that place.
leaveToTheSystem();
console.log(
  `Node ${process.version}, ${values.listeners} listeners in each room, ${values['in-flight']} messages on their way\n`,
);
const redis = await startRedis(folder);
const real = await startRealSouk(secrets, folder, nodeFlags).catch(async (error) => {
  await redis.stop();
  throw error;
});
const ownFolder = (place: number): string => {
  const own = join(folder, `${place}`);
  mkdirSync(own, { recursive: true });
  return own;
};
let failed = false;
try {
  const columns = [
    ...['rooms', 'server', 'accepted/s', 'delivered/s', 'p50 ms', 'p99 ms', 'of the peer’s p99'],
    ...[`p50 ms at ${values.rate}/s`, `p99 ms at ${values.rate}/s`, 'of the peer’s p99'],
    ...['joins/s', 'join p99 ms', 'CPU ms a message'],
  ];
  console.log(`| ${columns.join(' | ')} |`);
  console.log(`|${'---|'.repeat(columns.length)}`);
  for (const rooms of values.rooms.map(Number)) {
    const [peer, own] = await measure(rooms);
    for (const one of [peer, own]) console.log(rowOf(one, peer));
    failed ||= peer.surplus + own.surplus > 0;
  }
  if (Number(values.big) > 0) await lookIntoBigRoom(Number(values.big));
} catch (error) {
  failed = true;
  console.error(`${error instanceof Error ? error.stack : error}\nLogs are in ${folder}.`);
} finally {
  await real.stop();
  await redis.stop();
}
if (!failed) rmSync(folder, { recursive: true, force: true });
process.exit(failed ? 1 : 0);

type Measured = Tally & { readonly joins: JoinTally; readonly paced: Tally };

/** The processes that all contenders use: those of PostgreSQL which are there by now, and Redis. */
async function shared(): Promise<Readonly<Record<string, readonly number[]>>> {
  const client = openClient({ connectionString: real.chatDatabaseUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
  await client.end();
  return { PostgreSQL: rows.map(({ pid }) => pid), Redis: [redis.pid] };
}

async function measure(rooms: number): Promise<[peer: Measured, own: Measured]> {
  const listeners = Number(values.listeners);
  const setting = { rooms, listeners, nodeFlags, shared, inFlight: Number(values['in-flight']) };
  const loads: Load[] = [];
  try {
    const peer = await createLoad(setting, (hear) =>
      talkBySocketIo(real.chatDatabaseUrl, { ...setting, hear, folder: ownFolder(0), place: 0 }),
    );
    loads.push(peer);
    const own = await createLoad(setting, (hear) =>
      talkBySouk(secrets, real, { ...setting, hear, folder: ownFolder(1), place: 1 }),
    );
    loads.push(own);
    await takeTurns(loads, Number(values.warmup) * 1_000);
    await sayAtLeast(loads, Number(values.warm));
    const measured = async () => {
      for (const load of loads) await load.startMeasuring();
      await takeTurns(loads, Number(values.seconds) * 1_000);
      return [peer.tally(), own.tally()] as const;
    };
    const tallies = await measured();
    for (const load of loads) load.pace(Number(values.rate) || 1);
    const paced = Number(values.rate) > 0 ? await measured() : tallies;
    const [ofPeer, ofOwn] = [peer, own].map(({ talk }) =>
      createJoins(talk, rooms, setting.inFlight),
    ) as [Joins, Joins];
    await takeTurns([ofPeer, ofOwn], Number(values.joining) * 1_000);
    return [
      { ...tallies[0], paced: paced[0], joins: ofPeer.tally() },
      { ...tallies[1], paced: paced[1], joins: ofOwn.tally() },
    ];
  } finally {
    for (const load of loads) await load.stop();
  }
}

function rowOf(one: Measured, peer: Measured): string {
  const numbers = [one.acceptedPerSecond.toFixed(0), one.deliveredPerSecond.toFixed(0)];
  const timesOf = (tally: Tally, of: Tally) => [
    ...[tally.p50Ms, tally.p99Ms].map((ms) => ms.toFixed(1)),
    (tally.p99Ms / of.p99Ms).toFixed(2),
  ];
  const times = [...timesOf(one, peer), ...timesOf(one.paced, peer.paced)];
  const cpu = Object.entries(one.cpuMs).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
  const joins = [one.joins.perSecond.toFixed(0), one.joins.p99Ms.toFixed(1)];
  return `| ${[one.rooms, one.name, ...numbers, ...times, ...joins, cpu.join(', ')].join(' | ')} |`;
}

async function lookIntoBigRoom(messages: number): Promise<void> {
  const options = {
    ...{ rooms: 1, listeners: 0, hear: () => {}, shared },
    folder: ownFolder(2),
    place: 2,
    nodeFlags,
  };
  const talk = await talkBySouk(secrets, real, options);
  try {
    const looks = await readBigRoom(talk, real.chatDatabaseUrl, messages);
    console.log(
      `\n| a room of ${messages.toLocaleString('en')} messages | found | p50 ms | p99 ms |`,
    );
    console.log('|---|---|---|---|');
    for (const { name, found, p50Ms, p99Ms } of looks) {
      console.log(`| ${name} | ${found} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} |`);
    }
  } finally {
    await talk.stop();
  }
}
