import { EventEmitter, getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { endOrAbort } from './end-or-abort.ts';

test('a signal that outlives many connections keeps a listener of none of them', async () => {
  const stopping = new AbortController();
  for (let connection = 0; connection < 20; connection += 1) {
    const emitter = new EventEmitter();
    const over = endOrAbort(emitter, stopping.signal);
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(1);
    emitter.emit('end');
    await over;
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(0);
    expect(emitter.listenerCount('end')).toBe(0);
  }
  const last = new EventEmitter();
  const over = endOrAbort(last, stopping.signal);
  stopping.abort();
  await over;
  expect(last.listenerCount('end')).toBe(0);
  await endOrAbort(last, stopping.signal);
});
