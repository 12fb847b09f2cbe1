import type { CompiledOperation } from '../compile/compiled-operation.ts';
import { requestError } from '../errors.ts';
import type { PreparationFailure, PreparedOperation, Variables } from '../operation.ts';
import type { ExecutionContext, FetchRequest } from '../transport.ts';
import { coerceVariables, type VariableRules } from './variables.ts';

/** The upstream half of a subscription: what to subscribe to, and on which subgraph. */
export interface SubscriptionSource<Context extends ExecutionContext = ExecutionContext> {
  readonly kind: 'source';
  readonly request: FetchRequest<Context>;
  /** Equal for subscriptions whose events come from the same subgraph, query and variables. */
  readonly sourceKey: string;
  /** False when each event is already complete, so that no further fetch is needed. */
  readonly completesWithFetches: boolean;
}

export type OpenSubscription<Context extends ExecutionContext> = (
  prepared: PreparedOperation,
  variables: Variables | undefined,
  context: Context,
) => Promise<SubscriptionSource<Context> | PreparationFailure>;

/** Finds what a subscription listens to: the primary fetch of its plan with its variables. */
export function createSubscriptions<Context extends ExecutionContext>(
  rules: VariableRules,
): OpenSubscription<Context> {
  return async (prepared, variables = {}, context) => {
    const coerced = coerceVariables(rules, prepared, variables);
    if (coerced.errors) return { kind: 'failed', errors: coerced.errors };
    const variant = await (prepared as CompiledOperation).variantFor(coerced.values);
    if (variant.kind === 'failed') return variant;
    const { primary, root } = variant.plan;
    if (!primary) {
      const message = 'Only subscriptions can be subscribed to.';
      return { kind: 'failed', errors: [requestError('BAD_REQUEST', message)] };
    }
    const used = [...primary.variableNames].sort().flatMap((name) => {
      const text = variant.variableText(name, variables);
      return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
    });
    const variablesText = used.length > 0 ? `{${used.join()}}` : undefined;
    const { text, subgraph } = primary;
    const { query, operationName, bodyStart } = text;
    return {
      kind: 'source',
      sourceKey: `${subgraph}\n${query}\n${variablesText ?? ''}`,
      completesWithFetches: root !== undefined,
      request: {
        subgraph,
        query,
        operationName,
        operationType: primary.operationType,
        variablesText,
        bodyText: `${bodyStart}${variablesText ? `,"variables":${variablesText}` : ''}}`,
        context,
      },
    };
  };
}
