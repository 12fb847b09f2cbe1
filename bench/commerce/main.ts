import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEMO_PASSWORD } from '@souk/local';
import { median } from '../median.ts';
import { canPin, cpuSeconds, LOAD_CORE, pinSelf, SERVER_CORE, start } from '../processes.ts';
import {
  askAt,
  buy,
  countOrders,
  isInTransaction,
  listSomething,
  openReplayer,
  signIn,
} from './orders.ts';
import type { FromSouk, ToSouk } from './souk-process.ts';
import { type RecordedOrder, type Statement, secondOf } from './transactions.ts';

const USAGE = `npm run bench:commerce -- [options]

Orders a second through the gateway, from placed to RESERVED, against the same SQL transactions sent by
themselves: those of one order are recorded, and sent again with ids of their own. PostgreSQL and Redis have a core
of their own for both; on the other is Souk, or whoever sends SQL alone.

  --rounds N         of both, by turns, default 3
  --seconds N        of each, default 10
  --buyers N         at once, default 40
  --profile FOLDER   write there where Souk spends its time, for a browser's devtools
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    buyers: { type: 'string', default: '40' },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [rounds, seconds, buyers] = [values.rounds, values.seconds, values.buyers].map(Number) as [
  number,
  number,
  number,
];

const folder = mkdtempSync(join(tmpdir(), 'souk-commerce-'));
pinSelf(LOAD_CORE);
const souk = start({
  file: process.execPath,
  args: ['--import', 'tsx', fileURLToPath(new URL('./souk-process.ts', import.meta.url))],
  ...{ core: SERVER_CORE, logFile: join(folder, 'souk.log'), channel: true },
});
const tell = async (message: ToSouk): Promise<FromSouk> => {
  souk.child.send(message);
  const [answer] = await once(souk.child, 'message');
  return answer;
};

/**
 * So many send SQL alone, one number after the other, and the best rate counts. One by one each waits for the disk;
 * forty, as many as Souk has connections for an order, meet in the same rows, and PostgreSQL looks for a deadlock
 * only after a second, where Souk lets nobody wait inside a transaction (ADR 0061).
 */
const REPLAYERS = [1, 4, 10, 40];

/** So many at once, for so long; gives how many were done a second. */
async function perSecond(
  atOnce: number,
  work: (one: number) => Promise<void>,
  duration = seconds,
): Promise<number> {
  const begun = performance.now();
  const end = begun + duration * 1_000;
  let done = 0;
  const all = Array.from({ length: atOnce }, async (_, one) => {
    for (; performance.now() < end; done += 1) await work(one);
  });
  await Promise.all(all);
  return done / ((performance.now() - begun) / 1_000);
}

try {
  const opened = await tell({ folder });
  if (!('url' in opened)) throw new Error('Souk did not start.');
  const { url, urls } = opened;
  const ordersUrl = urls.orders as string;
  const ask = askAt(url);
  const people = ['ada', 'bo', 'cleo', 'dara', 'eli'];
  const tokens = await Promise.all(people.map((name) => signIn(ask, name, DEMO_PASSWORD)));
  const [ada = ''] = tokens;
  const things: string[] = [];
  while (things.length < 8) things.push(await listSomething(ask, ada));
  const settled = async () => {
    while ((await countOrders(ordersUrl)).pending > 0) await delay(50);
  };
  const stopBetweenTransactions = async () => {
    for (;;) {
      process.kill(souk.pid, 'SIGSTOP');
      if (!(await isInTransaction(ordersUrl))) return;
      process.kill(souk.pid, 'SIGCONT');
      await delay(20);
    }
  };
  const order = (buyer: number) =>
    buy(ask, things[buyer % things.length] as string, tokens[buyer % tokens.length] as string);

  const record = async (buyer: number): Promise<Statement[]> => {
    await tell({ record: true });
    await order(buyer);
    await settled();
    // Until what came of it is confirmed.
    await delay(1_000);
    const answer = await tell({ record: false });
    return 'statements' in answer ? answer.statements : [];
  };
  // One of each buyer: those who send the order of one alone would wait for each other's locks.
  const recorded: RecordedOrder[] = [];
  for (const buyer of tokens.keys()) {
    await order(buyer);
    await settled();
    recorded.push(secondOf(await record(buyer), await record(buyer)));
  }
  const [{ transactions }] = recorded as [RecordedOrder];
  const count = transactions.reduce((sum, { statements }) => sum + statements.length, 0);
  console.log(
    `Node ${process.version}, ${canPin ? 'databases on one core, all else on another' : 'not pinned to cores'}; ` +
      `${buyers} buyers at once, SQL alone by ${REPLAYERS.join(', ')} at once; an order is ${transactions.length} transactions of ${count} statements`,
  );

  const whole: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = (await countOrders(ordersUrl)).placed;
    const begun = performance.now();
    const used = cpuSeconds(souk.pid);
    if (values.profile) await tell({ profile: null });
    await perSecond(buyers, order);
    await settled();
    if (values.profile)
      await tell({ profile: join(values.profile, `round-${round + 1}.cpuprofile`) });
    const placed = (await countOrders(ordersUrl)).placed - before;
    const costs = (1_000 * (cpuSeconds(souk.pid) - used)) / placed;
    whole.push(placed / ((performance.now() - begun) / 1_000));
    // Souk stands still meanwhile: its workers would take what is only sent to see how fast that is.
    await stopBetweenTransactions();
    const replayers = await Promise.all(
      Array.from({ length: Math.max(...REPLAYERS) }, (_, buyer) =>
        openReplayer(recorded[buyer % recorded.length] as RecordedOrder, urls),
      ),
    );
    const rates: number[] = [];
    for (const atOnce of REPLAYERS) {
      const one = (buyer: number) => (replayers[buyer] as (typeof replayers)[number]).one();
      rates.push(await perSecond(atOnce, one, seconds / REPLAYERS.length));
    }
    raw.push(Math.max(...rates));
    for (const replayer of replayers) await replayer.close();
    process.kill(souk.pid, 'SIGCONT');
    const [last, same] = [whole.at(-1) ?? 0, raw.at(-1) ?? 0];
    console.log(
      `round ${round + 1}: ${last.toFixed(1)} orders/s (${costs.toFixed(1)} ms of Souk's processor each), ` +
        `${same.toFixed(1)} by SQL alone (${rates.map((rate) => rate.toFixed(1)).join(', ')})`,
    );
  }
  const [through, alone] = [median(whole), median(raw)];
  console.log(
    `median: ${through.toFixed(1)} orders/s from placed to RESERVED through the gateway, ` +
      `${alone.toFixed(1)} by the same SQL transactions alone (${((100 * through) / alone).toFixed(0)} %)`,
  );
} finally {
  await souk.stop();
  rmSync(folder, { recursive: true, force: true });
}
