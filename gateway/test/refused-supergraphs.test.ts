import { planningThreads } from '@souk/engine/testing';
import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startOnFile } from './support/start-on-file.ts';
import { startToy } from './support/start-toy.ts';
import { createToy } from './support/toy-shop.ts';

const KEY = 'key: "id"';
/** Faults of a key, which are found at different steps of loading. */
const FAULTS = ['key: "nothing"', 'key: "id {"', 'key: "id", nonsense: 1'];

test('a supergraph that is refused is not kept, at whichever step it fails', async () => {
  const { lines, put, post } = await startOnFile();
  const kept = planningThreads.planners;
  const refusals = () => lines.filter((line) => line.includes('is refused')).length;
  let before = KEY;
  for (const [index, fault] of FAULTS.entries()) {
    put(before, fault);
    before = fault;
    await until(async () => refusals() === index + 1);
    expect(planningThreads.planners).toBe(kept);
  }
  expect((await post('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
});

test.each(FAULTS)(
  'nor is the first one of a gateway that cannot start with it: %s',
  async (fault) => {
    const kept = planningThreads.planners;
    const toy = createToy();
    const supergraphSdl = toy.supergraphSdl.replace(KEY, fault);
    await expect(startToy({ supergraphSdl }, toy)).rejects.toThrow();
    expect(planningThreads.planners).toBe(kept);
  },
);
