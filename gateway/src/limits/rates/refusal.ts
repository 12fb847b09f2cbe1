import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { RequestFailure } from '../../clients/http/request-failure.ts';
import type { RateName } from './rate-limits.ts';

/** Too often: which limit said no, and when to come back. */
export interface RateRefusal {
  readonly limit: RateName;
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
}

const CODE = 'RATE_LIMITED';
const STATUS = 429;

const messageOf = ({ retryAfterSeconds }: RateRefusal) =>
  `Too often; try again in ${retryAfterSeconds} s.`;

/** For where a request is refused before any GraphQL. */
export const rateFailure = (refusal: RateRefusal): RequestFailure =>
  new RequestFailure(
    STATUS,
    CODE,
    messageOf(refusal),
    { 'retry-after': String(refusal.retryAfterSeconds) },
    { ...refusal },
  );

/** As an error among an operation's; over HTTP Apollo Server takes status and header from it. */
export const rateError = (refusal: RateRefusal): GraphQLError =>
  new GraphQLError(messageOf(refusal), {
    extensions: {
      code: CODE,
      ...refusal,
      http: {
        status: STATUS,
        headers: new HeaderMap([['retry-after', String(refusal.retryAfterSeconds)]]),
      },
    },
  });
