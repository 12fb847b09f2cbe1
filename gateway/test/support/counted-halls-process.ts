import { IncomingMessage } from 'node:http';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inProcessBackplane } from './in-process-backplane.ts';
import { startHalls } from './toy-halls.ts';

/** Halls in a process of their own, which says what its heap holds: clients and the test runner are not in it. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A crowd comes at once, on a machine that may be busy. */
const LONG_MS = 120_000;
const halls = await startHalls({
  backplane: await inProcessBackplane(),
  arrivalLimits: { headersMs: LONG_MS, allMs: LONG_MS },
  socketLimits: {
    socketsPerAddress: Number.POSITIVE_INFINITY,
    messageBurst: Number.POSITIVE_INFINITY,
    initTimeoutMs: LONG_MS,
    keepAliveMs: LONG_MS,
  },
});

/** What is asked of it: tokens, or what is held by all who follow the shared stream. */
export type Asked = { readonly tokensFor: readonly string[] } | 'held';

export interface Held {
  /** Of the heap, in bytes, when nothing is left that can be collected. */
  readonly bytes: number;
  /** Requests by HTTP, of which each connection began as one. */
  readonly requests: number;
  readonly open: { readonly own: number; readonly shared: number };
}

process.on('message', async (asked: Asked) => {
  if (asked !== 'held') {
    process.send?.(await Promise.all(asked.tokensFor.map((userId) => halls.token(userId))));
    return;
  }
  const requests = queryObjects(IncomingMessage, { format: 'count' });
  collectGarbage();
  const { heapUsed: bytes } = process.memoryUsage();
  process.send?.({ bytes, requests, open: halls.open } satisfies Held);
});
process.on('disconnect', () => process.exit());
process.send?.(halls.wsUrl);
