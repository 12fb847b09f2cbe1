import { expect, onTestFinished, test } from 'vitest';
import { createEngine, type PreparedOperation } from '../src/index.ts';
import { hardSupergraph } from '../testing/hard-supergraph.ts';

test('the same text is another operation where other names of its answer are withheld', async () => {
  const engine = createEngine({
    supergraphSdl: hardSupergraph(1),
    transport: { execute: async () => ({ data: { easy: 1, own: 1 } }) } as never,
  });
  onTestFinished(() => engine.close());
  const text = '{ own: easy easy }';
  const withOwn = engine.prepare(text, undefined, { internalNames: new Set(['own']) });
  const bodyOf = (operation: unknown) =>
    engine.executeToText(operation as PreparedOperation, {}, { requestId: 'r1' } as never);
  const whole = engine.prepare(text);
  expect(await bodyOf(whole)).toBe('{"data":{"own":1,"easy":1}}');
  expect(await bodyOf(withOwn)).toBe('{"data":{"easy":1}}');
  expect(engine.prepare(text, undefined, { internalNames: new Set(['own']) })).toBe(withOwn);
  const both = engine.prepare(text, undefined, { internalNames: new Set(['own', 'easy']) });
  expect(engine.prepare(text, undefined, { internalNames: new Set(['easy', 'own']) })).toBe(both);
  expect(both).not.toBe(withOwn);
});
