import type { Viewer } from '@souk/runtime/domain';
import { as, type StartedSubgraph, startSubgraph } from '@souk/testkit';
import { createSpecimensSubgraph } from '../src/index.ts';

export const startSpecimens = (
  options: Partial<Parameters<typeof startSubgraph<unknown>>[2]> = {},
) => startSubgraph('specimens', createSpecimensSubgraph, { config: {}, ...options });

const CREATE = `mutation ($input: CreateSpecimenInput!) { answer: createSpecimen(input: $input) {
  specimen { id text author { id } } errors { __typename ... on UserError { code path } } } }`;

/** Writes one; the payload, or the whole answer when there is none. */
export async function write(
  graph: StartedSubgraph,
  input: Record<string, unknown>,
  viewer: Viewer | null = as('ada'),
) {
  const answer = await graph.execute(CREATE, { input }, viewer);
  return answer.data?.answer ?? answer;
}
