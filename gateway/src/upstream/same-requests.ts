import type { FetchRequest } from '@souk/engine';
import type { GatewayContext } from './context.ts';

/** Requests that wait to travel together, in groups that ask the same of the same subgraph, each of at most so many. */
export function groupSameRequests<
  Waiting extends { readonly request: FetchRequest<GatewayContext> },
>(waiting: readonly Waiting[], most: number): Waiting[][] {
  const groups: Waiting[][] = [];
  const latest = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const question = questionOf(one.request);
    const group = latest.get(question);
    if (group && group.length < most) {
      group.push(one);
      continue;
    }
    const next = [one];
    latest.set(question, next);
    groups.push(next);
  }
  return groups;
}

/** Equal for requests that ask the same of the same subgraph. */
export const questionOf = ({ subgraph, bodyText }: FetchRequest<GatewayContext>): string =>
  `${subgraph}\n${bodyText}`;
