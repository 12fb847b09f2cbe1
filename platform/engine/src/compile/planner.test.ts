import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import { parse } from 'graphql';
import { expect, onTestFinished, test, vi } from 'vitest';
import { planOnTheSpot } from '../../test/mutants/plan-on-the-spot.ts';
import { HARD, hardSupergraph } from '../../testing/hard-supergraph.ts';
import { createPlanCache } from '../plan-cache.ts';
import { createPlanInputs } from './plan-inputs.ts';
import { PlannedTypes } from './planned-types.ts';
import { createPlanner, type Planner, type PlannerOptions } from './planner.ts';
import { PlanningUnavailable } from './planning-limits.ts';
import { PlanningThread } from './planning-thread.ts';

const over = (supergraphSdl: string, limitMs = 60_000): PlannerOptions => ({
  supergraphSdl,
  plans: createPlanCache(),
  inputs: createPlanInputs(new PlannedTypes(parse(supergraphSdl))),
  supportedFeatures: [...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES],
  mostPlansEvaluated: 1_000,
  limitMs,
});
/** Hard enough to be noticed, and not too hard to be planned. */
const OPERATION = parse('{ nodes { next { name } } }');

/** Fields of one name, all to be compared with all. */
const ALIKE = `{ ${'nodes { next { name } } '.repeat(400)} }`;

test('a second thread that was started behind a hard operation is there for the next one', async () => {
  const planner = createPlanner(over(hardSupergraph(2)));
  onTestFinished(() => planner.close());
  await planner.ready;
  let started = 0;
  const count = () => {
    started += 1;
  };
  process.on('worker', count);
  onTestFinished(() => {
    process.off('worker', count);
  });
  const names = ['name'];
  for (let time = 0; time < 3; time += 1) {
    names.push(`name${time}: name`);
    const hard = parse(`{ nodes { next { ${names} } } }`);
    const easy = parse(`{ easy ${names.map((_, n) => `easy${n}: easy`)} }`);
    await Promise.all([planner.plan(hard), planner.plan(easy)]);
    // It was ended where nothing waited any more, and another one took a third of a second to start.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(started).toBeLessThanOrEqual(1);
});

test('a thread leaves V8 the flags that another one may be about to use', async () => {
  setFlagsFromString('--no-expose-gc');
  // One that no thread has read before.
  const planner = createPlanner(over(`${hardSupergraph(2)}\n# of flags`));
  onTestFinished(() => planner.close());
  await planner.ready;
  // The flags are the process's: taken away between another's flag and its context, they cost that one its supergraph.
  expect(runInNewContext('typeof gc')).toBe('function');
});

/** Turns of the event loop while a planner does something. */
async function turnsDuring(planner: Planner, work: (planner: Planner) => Promise<unknown>) {
  await planner.ready;
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns += 1;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work(planner);
  isDone = true;
  planner.close();
  return turns;
}

const WORK: readonly [what: string, work: (planner: Planner) => Promise<unknown>][] = [
  [
    'an operation is planned',
    async (planner) => expect((await planner.plan(OPERATION)).node).toBeDefined(),
  ],
  [
    'many fields are compared',
    (planner) =>
      Promise.all(
        Array.from({ length: 10 }, (_, n) => planner.conflictsIn(`${ALIKE} #${n}`, parse(ALIKE))),
      ),
  ],
];

test.each(WORK)('while %s, the event loop is not blocked', async (_, work) => {
  expect(await turnsDuring(createPlanner(over(hardSupergraph(2))), work)).toBeGreaterThan(10);
});

test.each(WORK)('while %s on the same thread, it would not (mutant)', async (_, work) => {
  expect(await turnsDuring(planOnTheSpot(over(hardSupergraph(2))), work)).toBeLessThanOrEqual(1);
});

test('fields that cannot be merged are reported with their places', async () => {
  const planner = createPlanner(over(hardSupergraph(1)));
  onTestFinished(() => planner.close());
  const [conflict] = await planner.conflictsIn('{ a: easy a: b }', parse('{ easy b }'));
  expect(conflict?.message).toContain('"easy" and "b" are different fields');
  expect(conflict?.positions).toEqual([2, 10]);
});

test('why there is no plan is reported as by the planner itself', async () => {
  const planner = createPlanner(over(hardSupergraph(2)));
  onTestFinished(() => planner.close());
  await expect(planner.plan(parse('{ nothing }'))).rejects.toThrow('nothing');
});

test('a supergraph that cannot be planned over is reported before anything is asked', async () => {
  const planner = createPlanner(over('type Query { a: Int }'));
  onTestFinished(() => planner.close());
  await expect(planner.ready).rejects.toThrow();
  await expect(planner.plan(OPERATION)).rejects.toThrow();
});

test('a closed planner finishes the plans that it has begun', async () => {
  const planner = createPlanner(over(hardSupergraph(2)));
  const plans = [planner.plan(OPERATION), planner.plan(parse('{ easy }'))];
  planner.close();
  for (const plan of await Promise.all(plans)) expect(plan.node).toBeDefined();
  expect((await planner.plan(parse('{ easy }'))).node).toBeDefined();
});

test('a supergraph that is opened again soon is not read again, and another one is', async () => {
  const orders = vi.spyOn(PlanningThread.prototype, 'carryOut');
  onTestFinished(() => orders.mockRestore());
  /** The planners that threads were given, each once: there may be two threads. */
  const told = (wanted: string) => {
    const all = orders.mock.calls.flatMap(([order]) =>
      order.kind === wanted ? [order.planner] : [],
    );
    return [...new Set(all)];
  };
  const opened = async (supergraphSdl: string) => {
    const planner = createPlanner(over(supergraphSdl));
    await planner.ready;
    return planner;
  };
  const [one, other] = ['one', 'other'].map((name) => `${hardSupergraph(1)}\n# ${name}`) as [
    string,
    string,
  ];
  const first = await opened(one);
  first.close();
  const again = await opened(one);
  expect(told('load')).toHaveLength(1);
  // A previous holder can no longer close it, and may still use it.
  first.close();
  expect((await first.plan(parse('{ easy }'))).node).toBeDefined();
  expect((await again.plan(parse('{ easy }'))).node).toBeDefined();
  expect(told('load')).toHaveLength(1);

  const beside = await opened(one);
  const [kept, another] = told('load');
  expect(another).not.toBe(kept);
  again.close();
  beside.close();
  const next = await opened(other);
  expect(told('load')).toHaveLength(3);
  next.close();
  await expect.poll(() => told('forget')).toEqual(expect.arrayContaining([kept, another]));
});

test('an operation that takes too much memory is given up, and the process continues', async () => {
  const planner = createPlanner(over(hardSupergraph(3), 600_000));
  onTestFinished(() => planner.close());
  await expect(planner.plan(parse(HARD))).rejects.toBeInstanceOf(PlanningUnavailable);
  expect((await planner.plan(parse('{ easy }'))).node).toBeDefined();
});
