import { textAt } from '@souk/engine';
import type { GraphQLError } from 'graphql';
import { StreamInterrupted } from '../subscriptions/stream-interrupted.ts';

/** How many different codes are reported for one operation. */
const MOST_CODES = 10;
const NONE: readonly string[] = [];

interface Coded {
  readonly extensions?: { readonly code?: unknown } | undefined;
}

/** The codes of an answer's errors, each once. */
export const codesOf = (errors: readonly (GraphQLError | Coded)[]): readonly string[] =>
  [
    ...new Set(errors.map(({ extensions }) => String(extensions?.code ?? 'INTERNAL_SERVER_ERROR'))),
  ].slice(0, MOST_CODES);

/** Why a subscription ended, if there was an error. */
export const codesOfEnd = (error: unknown): readonly string[] =>
  error instanceof StreamInterrupted ? ['STREAM_INTERRUPTED'] : codesOf([error as Coded]);

/** The engine writes errors first: an answer that does not begin with them is not searched. */
export function codesIn(body: string): readonly string[] {
  if (!body.startsWith('{"errors"')) return NONE;
  return codesOf(JSON.parse(textAt(body, ['errors']) ?? '[]') as Coded[]);
}
