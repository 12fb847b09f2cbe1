import { expect, onTestFinished, test } from 'vitest';
import { createEngine, type PreparedOperation, responseText } from '../src/index.ts';
import { hardSupergraph } from '../testing/hard-supergraph.ts';

const QUERY = '{ easy }';
const CONTEXT = { requestId: 'r1' };

function start() {
  const engine = createEngine({
    supergraphSdl: hardSupergraph(1),
    transport: { execute: async () => ({ data: { easy: 1, own: 1 } }) } as never,
    // A busy machine is not what is tested here.
    planningMs: 60_000,
  });
  onTestFinished(() => engine.close());
  const answer = (operation: PreparedOperation) =>
    new Promise<{ status: number; body: string }>((resolve) =>
      engine.answer(operation, {}, CONTEXT as never, (status, body) =>
        resolve({ status, body: responseText(body) }),
      ),
    );
  return { engine, answer };
}

test('an operation that came when too much was to be planned is planned when it is asked again', async () => {
  const { engine, answer } = start();
  const operation = engine.prepare(QUERY) as PreparedOperation;
  expect(operation.kind).toBe('prepared');
  // Nothing is carried out before this turn of the event loop ends, so the queue is full.
  const others = Promise.all(Array.from({ length: 1_100 }, () => engine.ready));
  const planned = operation.planAhead();
  expect(await answer(operation)).toEqual({
    status: 503,
    body: JSON.stringify({
      errors: [
        {
          message: 'Too many new operations at once: try again.',
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        },
      ],
    }),
  });
  expect(await planned).toMatchObject({ kind: 'failed', isTransient: true });
  await others;
  expect(await answer(operation)).toEqual({ status: 200, body: '{"data":{"easy":1}}' });
});
