import { createBoundedCache } from '@souk/engine';
import Negotiator from 'negotiator';
import { RequestFailure } from './request-failure.ts';

/** The media types of a single answer; a client without a preference gets the first. */
const ANSWER_TYPES = ['application/json', 'application/graphql-response+json'];
/** For clients that have no preference, or accept none of them. */
export const DEFAULT_ANSWER_TYPE = 'application/json';
/** How many Accept headers are remembered; a client that makes up others only costs parsing them. */
const MOST_HEADERS = 200;

const chosen = createBoundedCache<string, string | null>(MOST_HEADERS);

/** The media type of a single answer for this Accept header; null when it accepts none. */
export function answerTypeFor(accept: string | undefined): string | null {
  if (!accept) return DEFAULT_ANSWER_TYPE;
  const known = chosen.get(accept);
  if (known !== undefined) return known;
  const type = new Negotiator({ headers: { accept } }).mediaType(ANSWER_TYPES) ?? null;
  chosen.set(accept, type);
  return type;
}

/** Checked before anything runs: a mutation must not be executed and then fail to be answered. */
export function assertAcceptsAnswer(accept: string | undefined): void {
  if (answerTypeFor(accept) !== null) return;
  throw new RequestFailure(406, 'NOT_ACCEPTABLE', `Answers are ${ANSWER_TYPES.join(' or ')}.`);
}

/** Whether an Accept header names this type explicitly, not only by a wildcard. */
export const namesType = (accept: string | undefined, type: string): boolean =>
  (accept ?? '').split(',').some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === type);
