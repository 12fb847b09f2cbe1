import { GraphQLError } from 'graphql';
import type { Rates } from '../limits/rates/rates.ts';
import { type Admit, createAdmit } from './admit.ts';
import { type ColdAsker, createColdTurns } from './cold-turns.ts';
import type { Operation } from './operation.ts';
import { Refusal } from './refusal.ts';
import { run, runInParts } from './run.ts';
import { createUnderstand, type Understand, type UnderstandOptions } from './understand.ts';

/**
 * The one way of every operation, whatever its transport: understand, admit, run. Transports call these steps
 * in this order and add no rules of their own.
 */
export interface Pipeline {
  /**
   * Synchronous when the operation is known; when many are new, an operation may have to wait for its turn,
   * or is refused for now.
   */
  understand(
    text: string,
    operationName: string | undefined,
    asker: ColdAsker,
  ): Operation | Refusal | Promise<Operation | Refusal>;
  /** Whether an operation that was understood earlier is still valid. */
  isCurrent(operation: Operation): boolean;
  readonly admit: Admit;
  readonly run: typeof run;
  readonly runInParts: typeof runInParts;
}

export interface PipelineOptions extends UnderstandOptions {
  readonly rates: Rates;
}

/** The pipeline, and its first step for code that prepares the next supergraph. */
export function createPipeline({ rates, ...options }: PipelineOptions): {
  readonly pipeline: Pipeline;
  readonly understand: Understand;
} {
  const understand = createUnderstand(options);
  const turns = createColdTurns();
  const pipeline: Pipeline = {
    understand: (text, operationName, asker) => {
      const known = understand.known(text, operationName);
      if (known) return known;
      const understood = turns.run(asker, () => understand(text, operationName));
      return understood instanceof Promise
        ? understood.then((late) => late ?? tooManyNew())
        : (understood ?? tooManyNew());
    },
    isCurrent: understand.isCurrent,
    admit: createAdmit({ rates }),
    run,
    runInParts,
  };
  return { pipeline, understand };
}

const tooManyNew = () =>
  new Refusal([
    new GraphQLError('Too many new operations at once: try again.', {
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    }),
  ]);
