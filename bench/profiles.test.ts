import { expect, test } from 'vitest';
import { withoutStops } from './profiles.ts';

test('a profile holds no time for which its process was stopped', () => {
  const stopped = {
    nodes: [],
    startTime: 1_000,
    endTime: 604_400,
    samples: [1, 2, 3, 2, 3],
    timeDeltas: [1_200, 1_100, 597_988, 1_912, 1_200],
  };
  const profile = withoutStops(stopped);
  expect(profile.timeDeltas).toEqual([1_200, 1_100, 0, 1_912, 1_200]);
  expect(profile.samples).toEqual(stopped.samples);
  expect(profile.endTime - profile.startTime).toBe(5_412);
  expect(withoutStops(profile)).toEqual(profile);
});
