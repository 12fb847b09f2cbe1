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

/** What to request: tokens, or how much all followers of the shared stream hold. */
export type Asked = { readonly tokensFor: readonly string[] } | 'held';

export interface Held {
  /** The size of the heap, in bytes, after everything collectable was collected. */
  readonly bytes: number;
  /** Requests over HTTP, each of which started as a connection. */
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
