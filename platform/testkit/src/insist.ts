import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from './until.ts';

const PAUSE_MS = 10;

/** An answer with errors, thrown. */
export class AnswerError extends Error {
  readonly errors: readonly unknown[];
  constructor({ errors = [] }: { readonly errors?: readonly unknown[] | undefined }) {
    super(`The answer has errors: ${JSON.stringify(errors)}`);
    this.name = 'AnswerError';
    this.errors = errors;
  }
}

/** Codes that say "not now", wherever in an answer they stand. */
const isAway = (said: unknown): boolean =>
  said instanceof Error
    ? /\b(SERVICE|SUBGRAPH)_UNAVAILABLE\b/.test(
        `${(said as { code?: unknown }).code} ${said.message}`,
      )
    : /"(SERVICE|SUBGRAPH)_UNAVAILABLE"/.test(JSON.stringify(said ?? null));

interface Limited {
  readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number };
}

/**
 * Milliseconds after which to try again; null when nothing asks for that. What a payload says of its own
 * limits does not: it is what a test is about.
 */
function pauseAskedBy(said: unknown): number | null {
  if (isAway(said)) return PAUSE_MS;
  if (!(said instanceof AnswerError)) return null;
  const errors = said.errors as readonly Limited[];
  const limited = errors.find(({ extensions }) => extensions?.code === 'RATE_LIMITED');
  return limited ? (limited.extensions?.retryAfterSeconds ?? 1) * 1_000 : null;
}

/**
 * Takes a step again for as long as the answer, or the error, says "not now", as clients do: in a crowd on
 * a busy machine a transaction may wait too long for its lock. After a minute that is how the step ends.
 */
export async function insist<Answer>(step: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS;
  const mayComeAgain = async (said: unknown): Promise<boolean> => {
    const pause = pauseAskedBy(said);
    if (pause === null || Date.now() + pause > deadline) return false;
    await delay(pause);
    return true;
  };
  for (;;) {
    try {
      const answer = await step();
      if (!(await mayComeAgain(answer))) return answer;
    } catch (error) {
      if (!(await mayComeAgain(error))) throw error;
    }
  }
}
