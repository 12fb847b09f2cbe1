import { createBoundedCache } from '@souk/engine';
import Negotiator from 'negotiator';
import { RequestFailure } from './request-failure.ts';

/** The media types of a single answer, the first being that of a client that has no preference. */
const ANSWER_TYPES = ['application/json', 'application/graphql-response+json'];
/** For who has no preference, or accepts none of them. */
export const DEFAULT_ANSWER_TYPE = 'application/json';
/** Headers whose reading is remembered; a client that makes up others only makes us read again. */
const MOST_HEADERS = 200;

const chosen = createBoundedCache<string, string | null>(MOST_HEADERS);

/** The media type in which a single answer is written for this Accept header; null for none. */
export function answerTypeFor(accept: string | undefined): string | null {
  if (!accept) return DEFAULT_ANSWER_TYPE;
  const known = chosen.get(accept);
  if (known !== undefined) return known;
  const type = new Negotiator({ headers: { accept } }).mediaType(ANSWER_TYPES) ?? null;
  chosen.set(accept, type);
  return type;
}

/** Checked before anything runs: a mutation must not be done and then not be answered. */
export function assertAcceptsAnswer(accept: string | undefined): void {
  if (answerTypeFor(accept) !== null) return;
  throw new RequestFailure(406, 'NOT_ACCEPTABLE', `Answers are ${ANSWER_TYPES.join(' or ')}.`);
}

/** Whether an Accept header names this type itself, not only by a wildcard. */
export const namesType = (accept: string | undefined, type: string): boolean =>
  (accept ?? '').split(',').some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === type);
