import { expect, test } from 'vitest';
import { createInFlight } from './sharing.ts';

const deferred = () => {
  let resolve: (value: string) => void = () => {};
  const promise = new Promise<string>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};

test('equal work in flight is started once, and again after it has settled', async () => {
  const inFlight = createInFlight<string>();
  const { promise, resolve } = deferred();
  let starts = 0;
  const start = () => {
    starts += 1;
    return promise;
  };
  const both = [inFlight.run('a', undefined, start), inFlight.run('a', undefined, start)];
  expect(starts).toBe(1);
  resolve('done');
  expect(await Promise.all(both)).toEqual(['done', 'done']);
  expect(inFlight.size).toBe(0);
  await inFlight.run('a', undefined, start);
  expect(starts).toBe(2);
});

test('it is called off only when every asker has gone', () => {
  const inFlight = createInFlight<string>();
  const [one, other] = [new AbortController(), new AbortController()];
  let seen: AbortSignal | undefined;
  const start = (signal: AbortSignal | undefined) => {
    seen = signal;
    return new Promise<string>(() => {});
  };
  inFlight.run('a', one.signal, start);
  inFlight.run('a', other.signal, start);
  one.abort();
  expect(seen?.aborted).toBe(false);
  other.abort();
  expect(seen?.aborted).toBe(true);
});

test('whoever asks after it was called off starts anew', async () => {
  const inFlight = createInFlight<string>();
  const gone = new AbortController();
  inFlight.run('a', gone.signal, () => new Promise<string>(() => {}));
  gone.abort();
  expect(await inFlight.run('a', undefined, async () => 'fresh')).toBe('fresh');
});
