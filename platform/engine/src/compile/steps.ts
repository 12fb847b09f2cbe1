import type { DeferNode, FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { decideSharing } from './answer-reader.ts';
import { type CompiledFetch, compileFetch, type FetchSetting } from './compiled-fetch.ts';
import { childShape, createShape, type Shape } from './shape.ts';
import { splitFetch } from './split-fetch.ts';

/** The plan as a tree with links to parents, so that it can be run without functions that wait. */
export type Step = SequenceStep | ParallelStep | FetchStep;

interface StepBase {
  /** Index into the per-execution progress counters. */
  readonly index: number;
  readonly parent: SequenceStep | ParallelStep | undefined;
  /** The part of the answer that it is for: 0 for the first part, else the number of a deferred part. */
  readonly part: number;
  /** The deferred parts that wait for it. */
  readonly releases: number[];
}
export interface SequenceStep extends StepBase {
  readonly kind: 'sequence';
  readonly steps: Step[];
}
export interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly steps: Step[];
}
export interface FetchStep extends StepBase {
  readonly kind: 'fetch';
  readonly fetch: CompiledFetch;
}
/** What is fetched for a deferred fragment that costs more than the rest of the answer. */
export interface DeferredPlan {
  /** Our label of the fragment. */
  readonly label: string;
  root: Step | undefined;
  /** How many fetches of other parts it waits for. */
  waitsFor: number;
}
export interface CompiledPlan {
  readonly root: Step | undefined;
  /** Part number n is at index n - 1. */
  readonly deferred: readonly DeferredPlan[];
  /** For a subscription: the fetch whose answers are the events. */
  readonly primary: CompiledFetch | undefined;
  readonly shape: Shape;
  readonly stepCount: number;
  readonly collectorCount: number;
  readonly internTableCount: number;
  readonly lastReadCount: number;
  readonly fetches: readonly CompiledFetch[];
}

export function compilePlan(plan: QueryPlan, setting: FetchSetting): CompiledPlan {
  const shape = createShape();
  const fetches: CompiledFetch[] = [];
  const deferred: DeferredPlan[] = [];
  const stepsById = new Map<string, Step>();
  /**
   * For each deferred part, the ids of the fetches that it waits for; a fetch may be compiled after the part.
   */
  const waiting: (readonly string[])[] = [];
  let stepCount = 0;
  let collectorCount = 0;
  let internTableCount = 0;
  let lastReadCount = 0;

  const addFetch = (node: FetchNode, target: Shape): CompiledFetch => {
    const fetch = compileFetch(node, fetches.length, target, setting);
    fetches.push(fetch);
    return fetch;
  };

  const compile = (
    node: PlanNode,
    at: Shape,
    parent: StepBase['parent'],
    part: number,
  ): Step | undefined => {
    const index = stepCount;
    stepCount += 1;
    const base = { index, parent, part, releases: [] };
    switch (node.kind) {
      case 'Fetch': {
        const [first, ...others] = splitFetch(node, setting.synthetic) as [FetchNode];
        const step: Step | undefined =
          others.length === 0
            ? { kind: 'fetch', ...base, fetch: addFetch(first, at) }
            : compile(parallelOf([first, ...others]), at, parent, part);
        if (node.id !== undefined && step) stepsById.set(node.id, step);
        return step;
      }
      case 'Flatten':
        return compile(node.node, flattenTarget(at, node.path), parent, part);
      case 'Sequence':
      case 'Parallel': {
        const kind = node.kind === 'Sequence' ? 'sequence' : 'parallel';
        const step: SequenceStep | ParallelStep = { kind, ...base, steps: [] };
        for (const child of node.nodes) {
          const compiled = compile(child, at, step, part);
          if (compiled) step.steps.push(compiled);
        }
        return step;
      }
      case 'Defer':
        return compileDefer(node, at, parent, part);
      case 'Condition':
        throw new Error('The planner was not asked for Condition nodes.');
    }
  };

  /** A deferred fragment for which nothing more is fetched comes together with its parent. */
  const compileDefer = (
    { primary, deferred: blocks }: DeferNode,
    at: Shape,
    parent: StepBase['parent'],
    part: number,
  ): Step | undefined => {
    const root = primary.node && compile(primary.node, at, parent, part);
    for (const { label, depends, node } of blocks) {
      if (label === undefined || !node) continue;
      if (node.kind === 'Defer' && !node.primary.node) {
        compileDefer(node, at, undefined, part);
        continue;
      }
      const plan: DeferredPlan = { label, root: undefined, waitsFor: 0 };
      const number = deferred.push(plan);
      waiting.push(depends.map(({ id }) => id));
      plan.root = compile(node, shape, undefined, number);
    }
    return root;
  };

  /** The objects under a path are collected while answers are read. `@` stands for any element. */
  const flattenTarget = (from: Shape, path: readonly (string | number)[]): Shape => {
    let target = from;
    for (const element of path) {
      if (typeof element === 'string' && element !== '@') target = childShape(target, element);
    }
    if (target.parent && target.collector < 0) {
      target.collector = collectorCount;
      collectorCount += 1;
    }
    return target;
  };

  let primary: CompiledFetch | undefined;
  let node: PlanNode | undefined;
  if (plan.node?.kind === 'Subscription') {
    primary = addFetch(plan.node.primary, shape);
    node = plan.node.rest;
  } else {
    node = plan.node;
  }
  const root = node && compile(node, shape, undefined, 0);
  for (const [index, ids] of waiting.entries()) {
    const steps = new Set(ids.flatMap((id) => stepsById.get(id) ?? []));
    for (const step of steps) step.releases.push(index + 1);
    (deferred[index] as DeferredPlan).waitsFor = steps.size;
  }
  for (const { reader } of fetches) {
    const areChildrenShareable = decideSharing(reader, {
      ofInternTable: () => internTableCount++,
      ofLastRead: () => lastReadCount++,
    });
    if (areChildrenShareable) reader.lastRead = lastReadCount++;
  }
  return {
    root,
    deferred,
    primary,
    shape,
    stepCount,
    collectorCount,
    internTableCount,
    lastReadCount,
    fetches,
  };
}

const parallelOf = (nodes: PlanNode[]): PlanNode => ({ kind: 'Parallel', nodes });
