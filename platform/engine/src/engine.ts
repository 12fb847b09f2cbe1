import type { FormattedExecutionResult } from 'graphql';
import { createPrepare } from './compile/prepare.ts';
import { checkScalars } from './compile/scalars.ts';
import { compileSupergraph } from './compile/supergraph.ts';
import { createPlanCache } from './plan-cache.ts';
import { createExecutor } from './run/executor.ts';
import { responseText } from './run/pooled-bytes.ts';
import { createSubscriptions } from './run/subscription-source.ts';
import type { Engine, EngineOptions, ExecutionContext, Reply } from './types.ts';

/** Everything for one supergraph. A new supergraph takes a new engine; the old one may finish. */
export function createEngine<Context extends ExecutionContext = ExecutionContext>(
  options: EngineOptions<Context>,
): Engine<Context> {
  const supergraph = compileSupergraph(options.supergraphSdl, {
    document: options.supergraph,
    planningMs: options.planningMs ?? 2_000,
    overrideLabels: options.overrideLabels ?? [],
    plans: options.plans ?? createPlanCache(),
    onDeferDropped: options.onDeferDropped,
  });
  try {
    checkScalars(supergraph.apiSchema, options.scalars ?? {});
  } catch (error) {
    supergraph.planner.close();
    throw error;
  }
  const prepare = createPrepare(supergraph, {
    maxTokens: options.maxTokens,
    validationRules: options.validationRules ?? [],
    introspection: options.introspection ?? true,
    cacheSize: options.operationCacheSize ?? 1_000,
  });
  const variableRules = {
    apiSchema: supergraph.apiSchema,
    suggests: options.introspection ?? true,
  };
  const executor = createExecutor(supergraph, options, variableRules);
  const text = (run: (reply: Reply) => void): Promise<string> =>
    new Promise((resolve) => run((_, body) => resolve(responseText(body))));
  const result = async (run: (reply: Reply) => void): Promise<FormattedExecutionResult> =>
    JSON.parse(await text(run)) as FormattedExecutionResult;

  return {
    apiSchema: supergraph.apiSchema,
    supergraphSdl: supergraph.sdl,
    subgraphs: supergraph.subgraphs,
    get ready() {
      return supergraph.planner.ready;
    },
    prepare,
    answer: executor.execute,
    answerInParts: executor.executeInParts,
    execute: (...request) => result((reply) => executor.execute(...request, reply)),
    executeToText: (...request) => text((reply) => executor.execute(...request, reply)),
    openSubscription: createSubscriptions<Context>(variableRules),
    completeEvent: (...event) => text((reply) => executor.completeEvent(...event, reply)),
    close: () => supergraph.planner.close(),
  };
}
