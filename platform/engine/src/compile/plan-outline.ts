import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, print, type SelectionSetNode } from 'graphql';
import type { FetchOutline, PlanOutline } from '../operation.ts';
import type { PlanningNames } from './client-names.ts';
import { type CompiledFetch, entitiesField } from './compiled-fetch.ts';
import type { LabelledDefers } from './deferred-fragments.ts';
import { staticPath } from './shape.ts';
import type { CompiledPlan, Step } from './steps.ts';

/** The plan in readable form: what is fetched from where, and which fetch waits for which. */
export function outlineOf(
  { primary, root, deferred }: CompiledPlan,
  names: PlanningNames,
  labels: LabelledDefers['labels'],
): PlanOutline {
  const fetches: FetchOutline[] = [];
  /** Per deferred part, the fetches that it waits for. */
  const released = deferred.map((): number[] => []);

  const add = (fetch: CompiledFetch, after: readonly number[], part: number): readonly number[] => {
    const number = fetches.length + 1;
    const plan = deferred[part - 1];
    const own = plan && { deferred: labels.get(plan.label) ?? `part ${part}` };
    fetches.push({ number, after, ...describe(fetch, names), ...own });
    return [number];
  };
  /** Returns the fetches that must be done before what follows the step. */
  const walk = (step: Step, after: readonly number[]): readonly number[] => {
    const done = fetchesOf(step, after);
    for (const part of step.releases) released[part - 1]?.push(...done);
    return done;
  };
  const fetchesOf = (step: Step, after: readonly number[]): readonly number[] => {
    if (step.kind === 'fetch') return add(step.fetch, after, step.part);
    if (step.kind === 'parallel') return step.steps.flatMap((each) => walk(each, after));
    return step.steps.reduce((before, each) => walk(each, before), after);
  };

  const after = primary ? add(primary, [], 0) : [];
  if (root) walk(root, after);
  for (const [index, plan] of deferred.entries()) {
    if (plan.root) walk(plan.root, released[index] ?? []);
  }
  return { fetches };
}

function describe(
  { subgraph, operation, fragments, representation, target }: CompiledFetch,
  names: PlanningNames,
): Omit<FetchOutline, 'number' | 'after'> {
  const set = representation ? entitiesField(operation).selectionSet : operation.selectionSet;
  const fields = [set as SelectionSetNode, ...fragments].map((node) => print(node)).join('\n');
  if (!representation) return { subgraph, fields };
  return {
    subgraph,
    at: staticPath(target).map(names.clientName).join('.'),
    representations: representation.selections.map(inWords),
    fields,
  };
}

/** The key that identifies an entity, e.g. `User { id }`. */
function inWords(node: QueryPlanSelectionNode): string {
  const name = node.kind === Kind.FIELD ? node.name : (node.typeCondition ?? '');
  const inner = (node.selections ?? []).filter(
    (each) => each.kind !== Kind.FIELD || each.name !== '__typename',
  );
  return inner.length > 0 ? `${name} { ${inner.map(inWords).join(' ')} }` : name;
}

/** An outline as text, a paragraph for each fetch. */
export const planText = ({ fetches }: PlanOutline): string =>
  fetches.length === 0
    ? 'Nothing is fetched.'
    : fetches.map((fetch) => `${headOf(fetch)}\n${indented(fetch.fields)}`).join('\n');

function headOf({ number, subgraph, after, at, representations, deferred }: FetchOutline): string {
  const parts = [`${number}. ${subgraph}`];
  if (deferred !== undefined) parts.push(`deferred: ${deferred}`);
  if (after.length > 0) parts.push(`after ${after.join(' and ')}`);
  if (at !== undefined) parts.push(`for ${at}`);
  if (representations) parts.push(`by ${representations.join(' or ')}`);
  return parts.join(', ');
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n');
