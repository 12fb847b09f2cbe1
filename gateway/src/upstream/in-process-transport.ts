import { type FetchRequest, SubgraphFault, type SubgraphResponse } from '@souk/engine';
import type { ExecutionResult } from 'graphql';
import { type GatewayContext, identityOf } from '../context.ts';
import type { LocalSubgraphs } from './local-subgraph.ts';
import type { SubgraphCalls } from './subgraph-calls.ts';

/** Calls subgraphs that live in this process: the same request, the same errors as over HTTP. */
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
  // What completes an event for one of many asks again about what the event itself has told.
  ...(context.batch ? { areKnown: true } : {}),
});

/**
 * A call in the same process cannot be cut off. But nobody need wait for it any longer, and the
 * subgraph begins nothing more for it.
 */
function inTime<Value>(
  value: Promise<Value>,
  deadlineAt: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (deadlineAt === undefined && !signal) return value;
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(new SubgraphFault('SUBGRAPH_TIMEOUT', 'no answer before the deadline'));
    if (signal?.aborted) return late();
    signal?.addEventListener('abort', late, { once: true });
    const timer = deadlineAt && setTimeout(late, Math.max(0, deadlineAt - Date.now()));
    value.then(resolve, reject).finally(() => {
      signal?.removeEventListener('abort', late);
      clearTimeout(timer);
    });
  });
}

const responseOf = ({ data, errors, extensions }: ExecutionResult): SubgraphResponse => ({
  ...(data === undefined ? {} : { data: data as Record<string, unknown> | null }),
  ...(errors ? { errors: errors as never } : {}),
  ...(extensions ? { extensions } : {}),
});

async function* single<Item>(item: Item): AsyncGenerator<Item, void, undefined> {
  yield item;
}

/** `over` is called when the consumer has all there is, or has left. */
function mapped<In, Out>(
  source: AsyncIterableIterator<In>,
  map: (item: In) => Out,
  over: () => void,
): AsyncIterableIterator<Out> {
  return {
    next: async () => {
      try {
        const { done, value } = await source.next();
        if (!done) return { done: false, value: map(value) };
      } catch (error) {
        over();
        throw error;
      }
      over();
      return { done: true, value: undefined };
    },
    return: async () => {
      over();
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
