import type { GraphQLFormattedError } from 'graphql';
import type { Item } from '../compile/shape.ts';
import type { Variant } from '../compile/variant.ts';
import type { ErrorExposure } from '../errors.ts';
import { collectErrors, type Failure } from './failures.ts';
import { type AbsentItems, renderData, type Violation } from './render.ts';

export interface ResultInput {
  readonly variant: Variant;
  readonly root: Item;
  readonly absent: AbsentItems;
  readonly failures: readonly Failure[];
  readonly exposure: ErrorExposure;
  readonly maxErrors: number;
  /** What the response says in its `extensions`, besides. */
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/** A result before it is put together; `data` is JSON text. */
export interface ResultParts {
  readonly data: string;
  readonly errors: readonly GraphQLFormattedError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/** The JSON text of a whole result; `isPlain` when it is made of data alone. */
export function resultText(input: ResultInput): { text: string; isPlain: boolean } {
  const parts = resultParts(input);
  const isPlain = parts.errors.length === 0 && parts.extensions === undefined;
  return { text: textOf(parts), isPlain };
}

/** What a result says of all that is not deferred. */
export function resultParts(input: ResultInput): ResultParts {
  const { variant, root, absent, failures, exposure, maxErrors, extensions } = input;
  const { text: data, violations } = renderData(variant.output, root, absent);
  if (failures.length === 0 && violations.length === 0) return { data, errors: [], extensions };
  const { names, plan, inputOf } = variant;
  const scene = { root, plan, names, inputOf, exposure, maxErrors, part: 0 };
  const errors = collectErrors(failures, violations, scene);
  const hidden = valueCompletion(violations, maxErrors);
  return { data, errors, extensions: hidden ? { ...hidden, ...extensions } : extensions };
}

export function textOf({ data, errors, extensions }: ResultParts): string {
  const before = errors.length > 0 ? `"errors":${JSON.stringify(errors)},` : '';
  const after = extensions ? `,"extensions":${JSON.stringify(extensions)}` : '';
  return `{${before}"data":${data}${after}}`;
}

/** Values that were withheld are no errors, but should not vanish without a word either. */
export function valueCompletion(
  violations: readonly Violation[],
  maxErrors: number,
): Readonly<Record<string, unknown>> | undefined {
  const hidden = violations.filter(({ kind }) => kind === 'hidden').slice(0, maxErrors);
  if (hidden.length === 0) return undefined;
  return { valueCompletion: hidden.map(({ message, path }) => ({ message, path })) };
}
