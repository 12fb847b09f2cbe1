// A process that is stopped while it plans, as on a machine whose processors are busy. It reports how the
// operation was answered then, and when it was sent again. Measured by the clock (the mutant), it would have
// been planning all the time.
import { createEngine, responseText } from '@souk/engine';
import { hardSupergraph, PlanningThread } from '@souk/engine/testing';

const LIMIT_MS = 1_000;

if (process.env.USAGE !== 'by the thread')
  PlanningThread.prototype.usedMs = () => performance.now();
if (process.env.USAGE === 'unknown')
  Object.defineProperty(PlanningThread.prototype, 'hasOwnTime', { get: () => false });

const engine = createEngine({
  supergraphSdl: hardSupergraph(1),
  transport: { execute: async () => ({ data: { easy: 1 } }) } as never,
  planningMs: LIMIT_MS,
});
await engine.ready;
const operation = engine.prepare('{ easy }');
if (operation.kind !== 'prepared') throw new Error('the operation is not valid');
const ask = () =>
  new Promise<unknown>((resolve) =>
    engine.answer(operation, {}, { requestId: 'r1' } as never, (_, body) =>
      resolve(JSON.parse(responseText(body))),
    ),
  );
process.send?.({ limitMs: LIMIT_MS }, () => {
  ask().then(async (first) => {
    process.send?.({ first, again: await ask() }, () => process.exit());
  });
  // The thread has been asked by then, and has hardly begun.
  setImmediate(() => process.kill(process.pid, 'SIGSTOP'));
});
