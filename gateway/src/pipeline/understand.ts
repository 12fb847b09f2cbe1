import { createBoundedCache, operationOf } from '@souk/engine';
import { withheldFields } from '../access/guarded-fields.ts';
import type { OperationGuard } from '../limits/guard.ts';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import { operationCache, tally } from './cache-metrics.ts';
import type { Operation } from './operation.ts';
import { Refusal } from './refusal.ts';

/** The first step of every operation: from its text to a valid operation. */
export interface Understand {
  (text: string, operationName: string | undefined): Operation | Refusal;
  /** An operation that was understood earlier and is still valid. */
  known(text: string, operationName: string | undefined): Operation | undefined;
  /** Whether an operation that was understood earlier is still valid. */
  isCurrent(operation: Operation): boolean;
  /** The known operations, most used first. */
  mostUsed(): Operation[];
  /** Understands an operation on a supergraph that is not served yet; it is kept until that is. */
  ahead(
    next: GatewaySupergraph,
    text: string,
    operationName: string | undefined,
  ): Operation | Refusal;
  /** The supergraph will not be served after all. */
  forget(next: GatewaySupergraph): void;
}

export interface UnderstandOptions {
  /** The supergraph that new operations run on. */
  readonly supergraph: () => GatewaySupergraph;
  readonly guard: OperationGuard;
}

const MOST_OPERATIONS = 2_000;

/**
 * Operations are kept until the supergraph or the set of allowed operations changes. Refusals are not kept,
 * so that invalid requests cannot displace operations.
 */
export function createUnderstand({ supergraph, guard }: UnderstandOptions): Understand {
  const operations = createBoundedCache<string, Operation>(MOST_OPERATIONS);
  let ahead: { readonly next: GatewaySupergraph; readonly known: Map<string, Operation> } | null =
    null;
  const isCurrent = (operation: Operation): boolean =>
    operation.supergraph === supergraph() && operation.edition === guard.persisted.edition;

  const understandOn = (
    served: GatewaySupergraph,
    text: string,
    operationName: string | undefined,
  ): Operation | Refusal => {
    const document = guard.parse(text);
    if (!('definitions' in document)) return new Refusal(document);
    const { engine, access, costs } = served;
    const prepared = engine.prepare(text, operationName, { document });
    if (prepared.kind === 'failed') {
      const type = operationOf(document, operationName)?.operation;
      return new Refusal(prepared.errors, { type });
    }
    const { document: own, operation: definition, operationType } = prepared;
    return {
      supergraph: served,
      edition: guard.persisted.edition,
      text,
      operationName,
      type: operationType,
      document: own,
      definition,
      prepared,
      withheldFrom: withheldFields(own, engine.apiSchema, access),
      checkVariables: guard.variablesOf(own, definition, engine.apiSchema, costs),
      uses: { count: 0 },
    };
  };

  /** Moves what was understood ahead to the other operations once its supergraph is served. */
  const adoptAhead = (): void => {
    if (ahead?.next !== supergraph()) return;
    // The most used come last, since the first are the first to be evicted.
    for (const [key, operation] of [...ahead.known].reverse()) operations.set(key, operation);
    ahead = null;
  };

  const knownAs = (key: string): Operation | undefined => {
    if (ahead) adoptAhead();
    const known = operations.get(key);
    if (known === undefined || !isCurrent(known)) return undefined;
    tally(operationCache, true);
    return known;
  };

  const understand = (text: string, operationName: string | undefined): Operation | Refusal => {
    const known = knownAs(keyOf(text, operationName));
    if (known) return known;
    tally(operationCache, false);
    const operation = understandOn(supergraph(), text, operationName);
    if (!(operation instanceof Refusal)) operations.set(keyOf(text, operationName), operation);
    return operation;
  };
  return Object.assign(understand, {
    known: (text: string, operationName: string | undefined) => knownAs(keyOf(text, operationName)),
    isCurrent,
    mostUsed: () =>
      [...operations.values()].filter(isCurrent).sort((a, b) => b.uses.count - a.uses.count),
    ahead: (next: GatewaySupergraph, text: string, operationName: string | undefined) => {
      if (ahead?.next !== next) ahead = { next, known: new Map() };
      const key = keyOf(text, operationName);
      const operation = understandOn(next, text, operationName);
      if (operation instanceof Refusal) return operation;
      operation.uses.count = Math.floor((operations.get(key)?.uses.count ?? 0) / 2);
      ahead.known.set(key, operation);
      return operation;
    },
    forget: (next: GatewaySupergraph) => {
      if (ahead?.next === next) ahead = null;
    },
  });
}

const keyOf = (text: string, operationName: string | undefined): string =>
  `${operationName ?? ''}\n${text}`;
