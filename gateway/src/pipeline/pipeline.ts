import type { Rates } from '../limits/rates/rates.ts';
import { type Admit, createAdmit } from './admit.ts';
import type { Operation } from './operation.ts';
import { run } from './run.ts';
import { createUnderstand, type Understand, type UnderstandOptions } from './understand.ts';

/**
 * The one way of every operation, whatever transport it came by: understood, admitted, run. Who
 * answers over a transport calls these steps in this order and adds nothing to their rules.
 */
export interface Pipeline {
  readonly understand: (...asked: Parameters<Understand>) => ReturnType<Understand>;
  /** Whether what was understood before still holds. */
  isCurrent(operation: Operation): boolean;
  readonly admit: Admit;
  readonly run: typeof run;
}

export interface PipelineOptions extends UnderstandOptions {
  readonly rates: Rates;
}

export function createPipeline({ rates, ...options }: PipelineOptions): Pipeline {
  const understand = createUnderstand(options);
  return { understand, isCurrent: understand.isCurrent, admit: createAdmit({ rates }), run };
}
