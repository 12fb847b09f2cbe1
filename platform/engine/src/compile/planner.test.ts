import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import { parse } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { planOnTheSpot } from '../../test/mutants/plan-on-the-spot.ts';
import { HARD, hardSupergraph } from '../../testing/hard-supergraph.ts';
import { createPlanner, type PlannerOptions } from './planner.ts';
import { PlanningUnavailable } from './planning-threads.ts';

const setting: PlannerOptions = {
  supergraphSdl: hardSupergraph(2),
  supportedFeatures: [...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES],
  mostPlansEvaluated: 1_000,
  limitMs: 60_000,
};
/** Hard enough to be noticed, and not too hard to be planned. */
const OPERATION = parse('{ nodes { next { name } } }');

/** Turns of the event loop while an operation is planned. */
async function turnsDuring(planner: ReturnType<typeof createPlanner>): Promise<number> {
  await planner.ready;
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns += 1;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  const plan = await planner.plan(OPERATION);
  isDone = true;
  expect(plan.node).toBeDefined();
  planner.close();
  return turns;
}

test('while an operation is planned, the event loop goes on', async () => {
  expect(await turnsDuring(createPlanner(setting))).toBeGreaterThan(10);
});

test('which a planner on the same thread would not let it (mutant)', async () => {
  expect(await turnsDuring(planOnTheSpot(setting))).toBeLessThanOrEqual(1);
});

test('why there is no plan is told as by the planner itself', async () => {
  const planner = createPlanner(setting);
  onTestFinished(() => planner.close());
  await expect(planner.plan(parse('{ nothing }'))).rejects.toThrow('nothing');
});

test('a supergraph that cannot be planned over is told before anything is asked', async () => {
  const planner = createPlanner({ ...setting, supergraphSdl: 'type Query { a: Int }' });
  await expect(planner.ready).rejects.toThrow();
  await expect(planner.plan(OPERATION)).rejects.toThrow();
});

test('a closed planner still plans what has begun on it', async () => {
  const planner = createPlanner(setting);
  const plans = [planner.plan(OPERATION), planner.plan(parse('{ easy }'))];
  planner.close();
  for (const plan of await Promise.all(plans)) expect(plan.node).toBeDefined();
  expect((await planner.plan(parse('{ easy }'))).node).toBeDefined();
});

test('an operation that takes memory without end is given up, and the process goes on', async () => {
  const limitMs = 600_000;
  const planner = createPlanner({ ...setting, supergraphSdl: hardSupergraph(3), limitMs });
  onTestFinished(() => planner.close());
  await expect(planner.plan(parse(HARD))).rejects.toBeInstanceOf(PlanningUnavailable);
  expect((await planner.plan(parse('{ easy }'))).node).toBeDefined();
}, 120_000);
