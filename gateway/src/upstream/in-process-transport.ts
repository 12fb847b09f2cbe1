import { type FetchRequest, SubgraphFault, type SubgraphResponse } from '@souk/engine';
import { mapped, within } from '@souk/runtime/async';
import type { ExecutionResult } from 'graphql';
import { type GatewayContext, identityOf } from './context.ts';
import type { LocalSubgraphs } from './local-subgraph.ts';
import type { SubgraphCalls } from './subgraph-calls.ts';

/** Calls subgraphs in this process: the same request and the same errors as over HTTP. */
export function createInProcessTransport(subgraphs: LocalSubgraphs): SubgraphCalls {
  const subgraphOf = (name: string) => {
    const subgraph = subgraphs(name);
    if (!subgraph)
      throw new SubgraphFault('SUBGRAPH_UNAVAILABLE', `no subgraph ${name} in this process`);
    return subgraph;
  };
  return {
    execute: async (request, signal) => {
      try {
        const { deadlineAt } = request.context;
        const isAwaited = () =>
          !signal?.aborted && (deadlineAt === undefined || Date.now() < deadlineAt);
        const answer = subgraphOf(request.subgraph).execute({
          ...localRequest(request),
          isAwaited,
        });
        return responseOf(await inTime(answer, deadlineAt, signal));
      } catch (error) {
        if (error instanceof SubgraphFault) throw error;
        throw new SubgraphFault('SUBGRAPH_ERROR', 'the subgraph threw', { cause: error });
      }
    },
    subscribe: async (request, signal) => {
      const events = await subgraphOf(request.subgraph).subscribe({
        ...localRequest(request),
        marks: true,
      });
      if (!(Symbol.asyncIterator in events)) return single(responseOf(events));
      const stop = () => void events.return?.();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) await events.return?.();
      // A stream outlives many of its upstream subscriptions.
      return mapped(events, responseOf, () => signal.removeEventListener('abort', stop));
    },
  };
}

const localRequest = ({
  query,
  operationName,
  variablesText,
  context,
}: FetchRequest<GatewayContext>) => ({
  query,
  operationName,
  variables:
    variablesText === undefined ? {} : (JSON.parse(variablesText) as Record<string, unknown>),
  identity: identityOf(context),
  ...(context.trace ? { trace: context.trace } : {}),
  // A request that completes an event for one of many viewers names only ids that the event itself contains.
  ...(context.batch ? { areKnown: true } : {}),
});

/**
 * A call in the same process cannot be aborted. But the caller can stop waiting for it, and the subgraph then
 * starts nothing more for it.
 */
function inTime<Value>(
  value: Promise<Value>,
  deadlineAt: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (deadlineAt === undefined && !signal) return value;
  const late = () => {
    throw new SubgraphFault('SUBGRAPH_TIMEOUT', 'no answer before the deadline');
  };
  return within((deadlineAt ?? Number.POSITIVE_INFINITY) - Date.now(), value, late, signal);
}

const responseOf = ({ data, errors, extensions }: ExecutionResult): SubgraphResponse => ({
  ...(data === undefined ? {} : { data: data as Record<string, unknown> | null }),
  ...(errors ? { errors: errors as never } : {}),
  ...(extensions ? { extensions } : {}),
});

async function* single<Item>(item: Item): AsyncGenerator<Item, void, undefined> {
  yield item;
}
