import type { FormattedExecutionResult } from 'graphql';
import { createExecutor } from './executor.ts';
import { createPrepare } from './plan/prepare.ts';
import { createRespond } from './respond.ts';
import { createSubscriptions } from './subscription-source.ts';
import { loadSupergraph } from './supergraph.ts';
import type { Engine, EngineOptions, HttpAnswer, RequestContext } from './types.ts';

/** Everything for one supergraph. A new supergraph takes a new engine; the old one may finish. */
export function createEngine<Context extends RequestContext = RequestContext>(
  options: EngineOptions<Context>,
): Engine<Context> {
  const supergraph = loadSupergraph(options.supergraphSdl);
  const prepare = createPrepare(supergraph, {
    maxTokens: options.maxTokens,
    validationRules: options.validationRules ?? [],
    introspection: options.introspection ?? true,
    cacheSize: options.operationCacheSize ?? 1_000,
  });
  const executor = createExecutor(supergraph, options);
  const textOf = async (answer: Promise<HttpAnswer>): Promise<string> => (await answer).body;
  const resultOf = async (answer: Promise<HttpAnswer>): Promise<FormattedExecutionResult> =>
    JSON.parse((await answer).body) as FormattedExecutionResult;

  return {
    apiSchema: supergraph.apiSchema,
    supergraphSdl: supergraph.sdl,
    subgraphs: supergraph.subgraphs,
    prepare,
    execute: (...request) => resultOf(executor.execute(...request)),
    executeToText: (...request) => textOf(executor.execute(...request)),
    completeEvent: (...request) => resultOf(executor.completeEvent(...request)),
    completeEventToText: (...request) => textOf(executor.completeEvent(...request)),
    openSubscription: createSubscriptions<Context>(supergraph),
    respond: createRespond(prepare, executor.execute, options),
  };
}
