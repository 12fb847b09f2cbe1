import { GraphQLError } from 'graphql';
import type { RateName } from './rate-limits.ts';

/** A rate was exceeded: which limit refused, and when to retry. */
export interface RateRefusal {
  readonly limit: RateName;
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
}

const CODE = 'RATE_LIMITED';
const STATUS = 429;

const messageOf = ({ retryAfterSeconds }: RateRefusal) =>
  `Too many requests; try again in ${retryAfterSeconds} s.`;

/** As an error of an operation; over HTTP the response takes its status and header from it. */
export const rateError = (refusal: RateRefusal): GraphQLError =>
  new GraphQLError(messageOf(refusal), {
    extensions: {
      code: CODE,
      ...refusal,
      http: {
        status: STATUS,
        headers: new Map([['retry-after', String(refusal.retryAfterSeconds)]]),
      },
    },
  });
