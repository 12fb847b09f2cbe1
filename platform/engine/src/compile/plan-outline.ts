import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, print, type SelectionSetNode } from 'graphql';
import type { FetchOutline, PlanOutline } from '../types.ts';
import type { PlanningNames } from './client-names.ts';
import { type CompiledFetch, entitiesField } from './compiled-fetch.ts';
import { staticPath } from './shape.ts';
import type { CompiledPlan, Step } from './steps.ts';

/** The plan as people read it: what is fetched from where, and what waits for what. */
export function outlineOf({ primary, root }: CompiledPlan, names: PlanningNames): PlanOutline {
  const fetches: FetchOutline[] = [];

  const add = (fetch: CompiledFetch, after: readonly number[]): readonly number[] => {
    const number = fetches.length + 1;
    fetches.push({ number, after, ...describe(fetch, names) });
    return [number];
  };
  /** Returns the fetches that have to be done before what comes behind the step. */
  const walk = (step: Step, after: readonly number[]): readonly number[] => {
    if (step.kind === 'fetch') return add(step.fetch, after);
    if (step.kind === 'parallel') return step.steps.flatMap((each) => walk(each, after));
    return step.steps.reduce((before, each) => walk(each, before), after);
  };

  const after = primary ? add(primary, []) : [];
  if (root) walk(root, after);
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

/** What an entity is known by, e.g. `User { id }`. */
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

function headOf({ number, subgraph, after, at, representations }: FetchOutline): string {
  const parts = [`${number}. ${subgraph}`];
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
