import type { Rates } from '../limits/rates/rates.ts';
import { type Admit, createAdmit } from './admit.ts';
import { createColdTurns } from './cold-turns.ts';
import type { Operation } from './operation.ts';
import type { Refusal } from './refusal.ts';
import { run } from './run.ts';
import { createUnderstand, type Understand, type UnderstandOptions } from './understand.ts';

/**
 * The one way of every operation, whatever transport it came by: understood, admitted, run. Who
 * answers over a transport calls these steps in this order and adds nothing to their rules.
 */
export interface Pipeline {
  /** At once where the operation is known; one of many that are new may have to wait for its turn. */
  understand(
    text: string,
    operationName: string | undefined,
  ): Operation | Refusal | Promise<Operation | Refusal>;
  /** Whether what was understood before still holds. */
  isCurrent(operation: Operation): boolean;
  readonly admit: Admit;
  readonly run: typeof run;
}

export interface PipelineOptions extends UnderstandOptions {
  readonly rates: Rates;
}

/** The pipeline, and what is understood by it for who makes the next supergraph ready. */
export function createPipeline({ rates, ...options }: PipelineOptions): {
  readonly pipeline: Pipeline;
  readonly understand: Understand;
} {
  const understand = createUnderstand(options);
  const turns = createColdTurns();
  const pipeline: Pipeline = {
    understand: (text, operationName) =>
      understand.known(text, operationName) ?? turns.run(() => understand(text, operationName)),
    isCurrent: understand.isCurrent,
    admit: createAdmit({ rates }),
    run,
  };
  return { pipeline, understand };
}
