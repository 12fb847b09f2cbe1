import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { decideSharing } from './answer-reader.ts';
import { type CompiledFetch, compileFetch, type FetchSetting } from './compiled-fetch.ts';
import { childShape, createShape, type Shape } from './shape.ts';
import { splitFetch } from './split-fetch.ts';

/** The plan as a tree that knows its way up, so that it can be run without waiting in functions. */
export type Step = SequenceStep | ParallelStep | FetchStep;

interface StepBase {
  /** Index into the per-execution progress counters. */
  readonly index: number;
  readonly parent: SequenceStep | ParallelStep | undefined;
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
export interface CompiledPlan {
  readonly root: Step | undefined;
  /** Of a subscription: the fetch whose answers are the events. */
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
  let stepCount = 0;
  let collectorCount = 0;
  let internTableCount = 0;
  let lastReadCount = 0;

  const addFetch = (node: FetchNode, target: Shape): CompiledFetch => {
    const fetch = compileFetch(node, fetches.length, target, setting);
    fetches.push(fetch);
    return fetch;
  };

  const compile = (node: PlanNode, at: Shape, parent: StepBase['parent']): Step | undefined => {
    const index = stepCount;
    stepCount += 1;
    switch (node.kind) {
      case 'Fetch': {
        const [first, ...others] = splitFetch(node, setting.synthetic) as [FetchNode];
        if (others.length === 0)
          return { kind: 'fetch', index, parent, fetch: addFetch(first, at) };
        return compile({ kind: 'Parallel', nodes: [first, ...others] }, at, parent);
      }
      case 'Flatten':
        return compile(node.node, flattenTarget(at, node.path), parent);
      case 'Sequence':
      case 'Parallel': {
        const kind = node.kind === 'Sequence' ? 'sequence' : 'parallel';
        const step: SequenceStep | ParallelStep = { kind, index, parent, steps: [] };
        for (const child of node.nodes) {
          const compiled = compile(child, at, step);
          if (compiled) step.steps.push(compiled);
        }
        return step;
      }
      case 'Condition':
      case 'Defer':
        throw new Error(`The planner was not asked for ${node.kind} nodes.`);
    }
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
  const root = node && compile(node, shape, undefined);
  for (const { reader } of fetches) {
    const areChildrenShareable = decideSharing(reader, {
      ofInternTable: () => internTableCount++,
      ofLastRead: () => lastReadCount++,
    });
    if (areChildrenShareable) reader.lastRead = lastReadCount++;
  }
  return {
    root,
    primary,
    shape,
    stepCount,
    collectorCount,
    internTableCount,
    lastReadCount,
    fetches,
  };
}
