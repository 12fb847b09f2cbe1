import { expect, test } from 'vitest';
import { createInFlight } from './sharing.ts';

test('equal work in flight is started once, and again after it is done', () => {
  const inFlight = createInFlight<[string]>();
  const results: string[] = [];
  let starts = 0;
  let finish: (result: string) => void = () => {};
  const run = (name: string) =>
    inFlight.run(
      'key',
      undefined,
      (result) => results.push(`${name} ${result}`),
      (_, done) => {
        starts += 1;
        finish = done;
      },
    );
  run('one');
  run('other');
  expect(starts).toBe(1);
  finish('done');
  expect(results).toEqual(['one done', 'other done']);
  expect(inFlight.size).toBe(0);
  run('late');
  expect(starts).toBe(2);
});

test('it is called off only when every asker has gone', () => {
  const inFlight = createInFlight<[]>();
  const [one, other] = [new AbortController(), new AbortController()];
  let seen: AbortSignal | undefined;
  const start = (signal: AbortSignal | undefined) => {
    seen = signal;
  };
  inFlight.run('key', one.signal, () => {}, start);
  inFlight.run('key', other.signal, () => {}, start);
  one.abort();
  expect(seen?.aborted).toBe(false);
  other.abort();
  expect(seen?.aborted).toBe(true);
});

test('a request after the cancellation starts again', () => {
  const inFlight = createInFlight<[string]>();
  const gone = new AbortController();
  inFlight.run(
    'key',
    gone.signal,
    () => {},
    () => {},
  );
  gone.abort();
  const results: string[] = [];
  inFlight.run(
    'key',
    undefined,
    (result) => results.push(result),
    (_, done) => done('fresh'),
  );
  expect(results).toEqual(['fresh']);
});
