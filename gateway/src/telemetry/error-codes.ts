import { textAt } from '@souk/engine';
import type { GraphQLError } from 'graphql';
import { StreamInterrupted } from '../subscriptions/stream-interrupted.ts';

/** Different codes that are reported of one operation. */
const MOST_CODES = 10;
const NONE: readonly string[] = [];

interface Coded {
  readonly extensions?: { readonly code?: unknown } | undefined;
}

/** What went wrong, each kind once, as programs know it. */
export const codesOf = (errors: readonly (GraphQLError | Coded)[]): readonly string[] =>
  [
    ...new Set(errors.map(({ extensions }) => String(extensions?.code ?? 'INTERNAL_SERVER_ERROR'))),
  ].slice(0, MOST_CODES);

/** Why a subscription ended, where something went wrong. */
export const codesOfEnd = (error: unknown): readonly string[] =>
  error instanceof StreamInterrupted ? ['STREAM_INTERRUPTED'] : codesOf([error as Coded]);

/** The engine writes errors first, where there are any: an answer without is not looked through. */
export function codesIn(body: string): readonly string[] {
  if (!body.startsWith('{"errors"')) return NONE;
  return codesOf(JSON.parse(textAt(body, ['errors']) ?? '[]') as Coded[]);
}
