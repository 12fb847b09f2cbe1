import type { FetchRequest } from '@souk/engine';
import type { GatewayContext } from './context.ts';

/**
 * Requests waiting to be sent together, in groups of equal requests to the same subgraph, each up to a
 * maximum size.
 */
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

/** Equal for equal requests to the same subgraph. */
export const questionOf = ({ subgraph, bodyText }: FetchRequest<GatewayContext>): string =>
  `${subgraph}\n${bodyText}`;
