import type { Item } from '../answers/shape.ts';
import type { ErrorExposure } from '../errors.ts';
import { collectErrors, type Failure } from '../failures.ts';
import type { Variant } from '../plan/variant.ts';
import { renderData, type Violation } from './render.ts';

export interface ResultInput {
  readonly variant: Variant;
  readonly root: Item;
  readonly failures: readonly Failure[];
  readonly exposure: ErrorExposure;
  readonly maxErrors: number;
}

/** The JSON text of a whole result; `isPlain` when it is made of data alone. */
export function resultText(input: ResultInput): { text: string; isPlain: boolean } {
  const { variant, root, failures, exposure, maxErrors } = input;
  const { text, violations } = renderData(variant.output, root);
  if (failures.length === 0 && violations.length === 0) {
    return { text: `{"data":${text}}`, isPlain: true };
  }
  const scene = { root, rootShape: variant.plan.shape, exposure, maxErrors };
  const errors = collectErrors(failures, violations, scene);
  const refused = violations.filter(({ kind }) => kind === 'refused').slice(0, maxErrors);
  const before = errors.length > 0 ? `"errors":${JSON.stringify(errors)},` : '';
  const after = refused.length > 0 ? `,"extensions":${valueCompletion(refused)}` : '';
  return { text: `{${before}"data":${text}${after}}`, isPlain: false };
}

/** Values that were withheld are no errors, but should not vanish without a word either. */
const valueCompletion = (refused: readonly Violation[]): string =>
  JSON.stringify({ valueCompletion: refused.map(({ message, path }) => ({ message, path })) });
