import { machineTime } from '../clock.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import { createLatencies } from './latencies.ts';
import type { FromClients, ToClients } from './messages.ts';
import { protocolOf } from './protocols.ts';
import { openSubscriber, type Subscriber } from './subscriber.ts';
import { accessTokens } from './tokens.ts';

/** All subscribers of a room, in one process; the conductor that started it says what to do. */
const JOINING_AT_A_TIME = 50;

const tell = (message: FromClients): void => void process.send?.(message);
const latencies = createLatencies();
const subscribers: Subscriber[] = [];
let prepared: { setup: Extract<ToClients, { type: 'prepare' }>; tokens: string[] };
let arrivals: Arrivals;
let lost = 0;
const losses = new Set<string>();

process.on('message', (message: ToClients) => {
  handle(message).catch((error) => tell({ type: 'failed', reason: String(error.message) }));
});
process.on('disconnect', () => process.exit());

async function handle(message: ToClients): Promise<void> {
  switch (message.type) {
    case 'prepare':
      await prepare(message);
      return tell({ type: 'prepared' });
    case 'join':
      await join(message.subscribers, message.nextMessage);
      return tell({ type: 'joined' });
    case 'sent':
      return sent(message.number, message.at);
    case 'measure':
      return latencies.clear();
    case 'tell': {
      const { faults, faultCount, payloadBytes } = arrivals;
      return tell({
        type: 'report',
        p50Ms: latencies.percentile(0.5),
        p99Ms: latencies.percentile(0.99),
        missing: arrivals.missing(message.number),
        wrong: faultCount,
        lost,
        faults: [...faults, ...[...losses].slice(0, 3)],
        payloadBytes,
      });
    }
  }
}

async function prepare(setup: typeof prepared.setup): Promise<void> {
  prepared = { setup, tokens: await accessTokens(setup.subscribers, setup.tokenKey) };
  const { payloadOf } = protocolOf(setup.protocol, setup.roomId);
  arrivals = createArrivals({ capacity: setup.subscribers, payloadOf, onAll: reached });
}

async function join(upTo: number, nextMessage: number): Promise<void> {
  const { setup, tokens } = prepared;
  const protocols = Array.from({ length: setup.selections }, (_, selection) =>
    protocolOf(setup.protocol, setup.roomId, selection),
  );
  let next = subscribers.length;
  const joinOneByOne = async (): Promise<void> => {
    while (next < upTo) {
      const index = next;
      next += 1;
      const subscriber = openSubscriber({
        port: setup.port,
        protocol: protocols[index % setup.selections] as (typeof protocols)[number],
        token: tokens[index] as string,
        onMessage: (bytes, start, end) => arrivals.take(index, bytes, start, end, machineTime()),
        onLost: (reason) => {
          lost += 1;
          losses.add(reason);
        },
      });
      await subscriber.joined;
      subscribers.push(subscriber);
      arrivals.joined(index, nextMessage);
    }
  };
  await Promise.all(Array.from({ length: JOINING_AT_A_TIME }, joinOneByOne));
}

/** Whichever is known first: when a message was sent, or that all have it. */
let sentAt: { number: number; at: number } | null = null;
let all: { number: number; at: Float64Array } | null = null;

function reached(number: number, at: Float64Array): void {
  tell({ type: 'reached', number, at: machineTime() });
  all = { number, at: at.slice(0, subscribers.length) };
  count();
}

function sent(number: number, at: number): void {
  sentAt = { number, at };
  count();
}

function count(): void {
  if (!sentAt || !all || sentAt.number !== all.number) return;
  for (const at of all.at) latencies.add(at - sentAt.at);
}
