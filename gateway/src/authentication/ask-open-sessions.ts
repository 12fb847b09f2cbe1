import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { SubgraphCalls } from '../upstream/subgraph-calls.ts';
import { createGatewayQuery } from './gateway-query.ts';
import type { AskOpenSessions } from './session-states.ts';

const FIELD = {
  name: 'openSessions',
  query: 'query OpenSessions($ids:[ID!]!){openSessions(ids:$ids)}',
  operationName: 'OpenSessions',
};

/** Asks the subgraph that keeps sessions. In a supergraph without the field all are open. */
export function createAskOpenSessions(
  subgraph: string,
  calls: Pick<SubgraphCalls, 'execute'>,
  supergraph: () => GatewaySupergraph,
): AskOpenSessions {
  const ask = createGatewayQuery<readonly string[]>({ subgraph, ...FIELD }, calls, supergraph);
  return async (ids) => {
    const open = await ask({ ids });
    if (open === undefined) return new Set(ids);
    if (!Array.isArray(open)) throw new Error('no answer');
    return new Set(open);
  };
}
