import { setImmediate as nextTurn } from 'node:timers/promises';
import { within } from '@souk/runtime/async';
import { Kind, OperationTypeNode, parse } from 'graphql';
import type { WarmUp } from '../supergraph/served-supergraphs.ts';
import { Refusal } from './refusal.ts';
import type { Understand } from './understand.ts';

export interface WarmUpOptions {
  readonly understand: Understand;
  /** Texts of operations that released clients contain. */
  readonly listed: () => Iterable<string>;
  /** Milliseconds after which the supergraph is served, even if not everything is planned; 0: at once. */
  readonly withinMs: number;
}

export const DEFAULT_WARM_UP_MS = 3_000;

/**
 * Understands and plans the most used operations, and those of released clients, on the supergraph that is
 * served next. Without this all clients would find it cold at the same moment. It handles one operation at a
 * time, so that clients wait for at most one of them.
 */
export const createWarmUp =
  ({ understand, listed, withinMs }: WarmUpOptions): WarmUp =>
  async (next, isWanted) => {
    const until = performance.now() + withinMs;
    const done = new Set<string>();
    for (const { text, operationName } of operationsFor(understand, listed())) {
      const key = `${operationName ?? ''}\n${text}`;
      if (done.has(key)) continue;
      done.add(key);
      const left = until - performance.now();
      if (!isWanted()) return understand.forget(next);
      if (left <= 0) return;
      const operation = understand.ahead(next, text, operationName);
      // The plan of a subscription depends on how it resumes after an interruption, which its first client
      // decides.
      const isPlanned =
        !(operation instanceof Refusal) && operation.type !== OperationTypeNode.SUBSCRIPTION;
      if (isPlanned) await within(left, operation.prepared.planAhead(), () => null);
      await nextTurn();
    }
  };

function* operationsFor(understand: Understand, listed: Iterable<string>) {
  yield* understand.mostUsed();
  for (const text of listed) {
    for (const operationName of namesIn(text)) yield { text, operationName };
  }
}

/** Clients that send an operation name send that of the operation. A text that cannot be parsed has none. */
function namesIn(text: string): (string | undefined)[] {
  try {
    return parse(text, { noLocation: true }).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value] : [],
    );
  } catch {
    return [];
  }
}
