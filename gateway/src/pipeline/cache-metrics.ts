import { countMetric, type Tally, tallyMetric } from '@souk/runtime/telemetry';

const requests = tallyMetric({
  name: 'graphql_cache_requests_total',
  help: 'Look-ups of what a gateway keeps: understood operations, their plans, queries in flight',
  labels: ['cache', 'result'],
});

export interface CacheTallies {
  readonly hit: Tally;
  readonly miss: Tally;
}

const talliesOf = (cache: string): CacheTallies => ({
  hit: requests({ cache, result: 'hit' }),
  miss: requests({ cache, result: 'miss' }),
});

export const operationCache = talliesOf('operations');
export const planCache = talliesOf('plans');
/**
 * Plans that planning threads had already made for another text or supergraph, and those they had to make.
 */
export const threadCache = talliesOf('planning');
export const sharingCache = talliesOf('sharing');

export function tally({ hit, miss }: CacheTallies, isHit: boolean): void {
  (isHit ? hit : miss).count += 1;
}

/** Plans that defer less than their clients asked for. */
export const deferDropped = countMetric({
  name: 'graphql_defer_dropped_total',
  help: 'Plans in which what is deferred comes with the rest, as it cannot be planned otherwise',
  labels: ['what'],
});
