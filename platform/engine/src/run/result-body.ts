import type { GraphQLFormattedError } from 'graphql';
import type { Variant } from '../compile/variant.ts';
import type { ErrorExposure } from '../errors.ts';
import { collectErrors, type Failure } from './failures.ts';
import type { MergedAnswers } from './merged-answers.ts';
import type { PooledBytes } from './pooled-bytes.ts';
import { renderData } from './render.ts';
import { ResponseWriter } from './response-writer.ts';
import type { Violation } from './violations.ts';

export interface ResultInput {
  readonly variant: Variant;
  readonly answers: MergedAnswers;
  readonly failures: readonly Failure[];
  readonly exposure: ErrorExposure;
  readonly maxErrors: number;
  /** The `extensions` of the response, besides those of the engine. */
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/** The parts of a result before they are put together. */
export interface Result {
  /** Contains everything except what follows the data. */
  readonly writer: ResponseWriter;
  readonly isNull: boolean;
  readonly errors: readonly GraphQLFormattedError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

const START = '{';

/** What a result says about everything that is not deferred. */
export function renderResult(input: ResultInput): Result {
  const { variant, answers, failures, exposure, maxErrors, extensions } = input;
  const writer = new ResponseWriter();
  writer.text(`${START}"data":`);
  const { isNull, violations } = renderData(writer, variant.output, answers.root, answers);
  if (failures.length === 0 && violations.length === 0)
    return { writer, isNull, errors: [], extensions };
  const scene = { variant, answers, exposure, maxErrors, part: 0, wave: 0 };
  const errors = collectErrors(failures, violations, scene);
  const hidden = valueCompletion(violations, maxErrors);
  return { writer, isNull, errors, extensions: hidden ? { ...hidden, ...extensions } : extensions };
}

/** The body of a response: errors come before data. */
export function bodyOf({ writer, errors, extensions }: Result): string | PooledBytes {
  if (errors.length > 0) writer.insert(START.length, `"errors":${JSON.stringify(errors)},`);
  if (extensions) writer.text(`,"extensions":${JSON.stringify(extensions)}`);
  writer.text('}');
  return writer.finish();
}

/** Contains only data, without errors or extensions. */
export const isPlain = ({ errors, extensions }: Result): boolean =>
  errors.length === 0 && extensions === undefined;

/** Withheld values are not errors, but clients should be told about them. */
export function valueCompletion(
  violations: readonly Violation[],
  maxErrors: number,
): Readonly<Record<string, unknown>> | undefined {
  const hidden = violations.filter(({ kind }) => kind === 'hidden').slice(0, maxErrors);
  if (hidden.length === 0) return undefined;
  return { valueCompletion: hidden.map(({ message, path }) => ({ message, path })) };
}
