import type { CompiledOperation } from '../compile/prepare.ts';
import type { Engine } from '../engine.ts';
import { requestError } from '../errors.ts';
import type { ExecutionContext } from '../transport.ts';
import { coerceVariables, type VariableRules } from './variables.ts';

/** Finds what a subscription listens to: the primary fetch of its plan with its variables. */
export function createSubscriptions<Context extends ExecutionContext>(
  rules: VariableRules,
): Engine<Context>['openSubscription'] {
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
