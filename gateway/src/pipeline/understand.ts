import { createBoundedCache, operationOf } from '@souk/engine';
import { withheldFields } from '../access/guarded-fields.ts';
import type { OperationGuard } from '../limits/guard.ts';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import { operationCache, tally } from './cache-metrics.ts';
import type { Operation } from './operation.ts';
import { Refusal } from './refusal.ts';

/** The first step of every operation: from its text to what it stands for. */
export interface Understand {
  (text: string, operationName: string | undefined): Operation | Refusal;
  /** Whether an operation that was understood before may still run as it is. */
  isCurrent(operation: Operation): boolean;
}

export interface UnderstandOptions {
  /** The one that new operations run on. */
  readonly supergraph: () => GatewaySupergraph;
  readonly guard: OperationGuard;
}

const MOST_OPERATIONS = 2_000;

/**
 * An operation that was understood is kept, until there is another supergraph or other operations may
 * run; refusals are not, so that nonsense cannot push operations out.
 */
export function createUnderstand({ supergraph, guard }: UnderstandOptions): Understand {
  const operations = createBoundedCache<string, Operation>(MOST_OPERATIONS);
  const isCurrent = (operation: Operation): boolean =>
    operation.supergraph === supergraph() && operation.edition === guard.persisted.edition;

  const understand = (text: string, operationName: string | undefined): Operation | Refusal => {
    const key = `${operationName ?? ''}\n${text}`;
    const known = operations.get(key);
    const isKnown = known !== undefined && isCurrent(known);
    tally(operationCache, isKnown);
    if (isKnown) return known;
    const document = guard.parse(text);
    if (!('definitions' in document)) return new Refusal(document);
    const current = supergraph();
    const { engine, access, costs } = current;
    const prepared = engine.prepare(text, operationName, { document });
    if (prepared.kind === 'failed') {
      const type = operationOf(document, operationName)?.operation;
      return new Refusal(prepared.errors, { type });
    }
    const { document: own, operation: definition, operationType } = prepared;
    const operation: Operation = {
      supergraph: current,
      edition: guard.persisted.edition,
      text,
      operationName,
      type: operationType,
      document: own,
      definition,
      prepared,
      withheldFrom: withheldFields(own, engine.apiSchema, access),
      checkVariables: guard.variablesOf(own, definition, engine.apiSchema, costs),
    };
    operations.set(key, operation);
    return operation;
  };
  return Object.assign(understand, { isCurrent });
}
