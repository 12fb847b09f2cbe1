import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { DurationHistogram } from './duration-histogram.ts';

const DEFINITION = { name: 'toy_duration_seconds', help: 'How long a toy took' };
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Below, at and above each bound, and what no bound holds. */
const DURATIONS = [0, ...BUCKETS.flatMap((bound) => [bound * 500, bound * 1_000, bound * 1_100])];

const samplesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\{(.*)\}/, (_, labels) => `{${labels.split(',').sort().join()}}`));

test.each([
  ['without labels', [], [{}]],
  [
    'with labels',
    ['kind', 'outcome'],
    [
      { kind: 'a', outcome: 'ok' },
      { kind: 'a "b"', outcome: 'error' },
    ],
  ],
])('says what the library says of the same durations, %s', async (_, labels, sets) => {
  const ours = new Registry();
  const theirs = new Registry();
  const histogram = new DurationHistogram({ ...DEFINITION, labels }, ours);
  const model = new Histogram({
    ...{ ...DEFINITION, labelNames: labels, buckets: BUCKETS },
    registers: [theirs],
  });
  for (const set of sets) {
    for (const duration of DURATIONS) {
      histogram.bucketsOf(set).add(duration);
      model.observe(set, duration / 1_000);
    }
  }
  const rounded = (text: string) =>
    samplesOf(text).map((line) =>
      line.startsWith('toy_duration_seconds_sum')
        ? line.replace(/[\d.]+$/, (sum) => Number(sum).toFixed(6))
        : line,
    );
  expect(rounded(await ours.metrics())).toEqual(rounded(await theirs.metrics()));
  expect(await ours.getMetricsAsJSON()).toHaveLength(1);
});

test('is there before anything was observed, where it has no labels', async () => {
  const registry = new Registry();
  new DurationHistogram(DEFINITION, registry);
  expect(await registry.metrics()).toContain('toy_duration_seconds_count 0');
});
