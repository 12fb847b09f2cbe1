import type { Item } from '../compile/shape.ts';
import type { Variant } from '../compile/variant.ts';
import type { ErrorExposure } from '../errors.ts';
import { collectErrors, type Failure } from './failures.ts';
import { renderData, type Violation } from './render.ts';

export interface ResultInput {
  readonly variant: Variant;
  readonly root: Item;
  readonly absent: ReadonlySet<Item>;
  readonly failures: readonly Failure[];
  readonly exposure: ErrorExposure;
  readonly maxErrors: number;
  /** What the response says in its `extensions`, besides. */
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/** The JSON text of a whole result; `isPlain` when it is made of data alone. */
export function resultText(input: ResultInput): { text: string; isPlain: boolean } {
  const { variant, root, absent, failures, exposure, maxErrors, extensions } = input;
  const { text, violations } = renderData(variant.output, root, absent);
  if (failures.length === 0 && violations.length === 0 && extensions === undefined) {
    return { text: `{"data":${text}}`, isPlain: true };
  }
  const { names, plan, inputOf } = variant;
  const scene = { root, plan, names, inputOf, exposure, maxErrors };
  const errors = collectErrors(failures, violations, scene);
  const hidden = violations.filter(({ kind }) => kind === 'hidden').slice(0, maxErrors);
  const before = errors.length > 0 ? `"errors":${JSON.stringify(errors)},` : '';
  const said = { ...(hidden.length > 0 ? valueCompletion(hidden) : {}), ...extensions };
  const after = Object.keys(said).length > 0 ? `,"extensions":${JSON.stringify(said)}` : '';
  return { text: `{${before}"data":${text}${after}}`, isPlain: false };
}

/** Values that were withheld are no errors, but should not vanish without a word either. */
const valueCompletion = (hidden: readonly Violation[]) => ({
  valueCompletion: hidden.map(({ message, path }) => ({ message, path })),
});
