import {
  createInProcessRateLimit,
  createQuickCounter,
  type QuickCounter,
  type RateLimit,
} from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import type { Logger } from '@souk/runtime/process';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { addressKey, isOwnMachine } from './address-key.ts';
import { countedViewer, createFieldRates } from './field-rates.ts';
import type { Rate } from './rate.ts';
import {
  allowanceOf,
  DEFAULT_RATE_LIMITS,
  FIELD_RULES,
  type FieldRule,
  NO_RATE_LIMITS,
  type RateLimits,
  type RateName,
} from './rate-limits.ts';
import type { RateRefusal } from './refusal.ts';

export interface RatesOptions {
  /** Missing rates default to `DEFAULT_RATE_LIMITS`. */
  limits?: Partial<RateLimits> | 'off';
  /** Default: `FIELD_RULES`. */
  fieldRules?: readonly FieldRule[];
  /** A counter shared by all processes; without it this process counts by itself. */
  shared?: Pick<RateLimit, 'consume'> | null;
  /**
   * Whether clients on this machine also count by address. Without proxies they belong to its operator:
   * health checks, tools, a developer.
   */
  countOwnMachine?: boolean;
  /** Log what would be refused and let it through. */
  measureOnly?: boolean;
  logger: Logger;
}

/** The client whose rates a request counts towards. */
export interface Asker {
  /** As determined by `clientAddress`. */
  readonly address: string;
  readonly viewer: Viewer | null;
}

/** A valid operation about to be executed. */
export interface OperationUse extends Asker {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** As estimated by the guard. */
  readonly cost: number;
}

/** The one set of rules on frequency, for every transport. Null means that the request is allowed. */
export interface Rates {
  /** How much of this process the events of one viewer may use; enforced where events are completed. */
  readonly events: Rate | 'off';
  /** Counts a request by its address, before anything is known about it. */
  limitAddress(address: string): RateRefusal | null;
  /** Counts a request of a verified viewer. */
  limitViewer(viewer: Viewer | null): RateRefusal | null;
  /** Counts an operation's cost and its fields; synchronously when none of its fields has a limit. */
  limitOperation(use: OperationUse): RateRefusal | null | Promise<RateRefusal | null>;
}

export function createRates(options: RatesOptions): Rates {
  const {
    fieldRules = FIELD_RULES,
    countOwnMachine = false,
    measureOnly = false,
    logger,
  } = options;
  const limits: RateLimits =
    options.limits === 'off' ? NO_RATE_LIMITS : { ...DEFAULT_RATE_LIMITS, ...options.limits };
  const shared = options.shared ?? null;

  const refused = (limit: RateName, waitMs: number): RateRefusal | null => {
    if (waitMs <= 0) return null;
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    if (!measureOnly) return { limit, retryAfterSeconds };
    logger.warn({ limit, retryAfterSeconds }, 'a rate limit is exceeded; it was let through');
    return null;
  };

  const quick = (limit: RateName): QuickCounter | null => {
    const rate = limits[limit];
    if (rate === 'off') return null;
    return createQuickCounter({ allowance: allowanceOf(limit, rate), shared });
  };
  const addresses = quick('rateAddress');
  const viewers = quick('rateViewer');
  const costs = quick('rateCost');
  const fields = createFieldRates({
    rules: fieldRules,
    limits,
    refused,
    counter: shared ?? createInProcessRateLimit(),
  });
  const mostCost = limits.rateCost === 'off' ? 0 : limits.rateCost.points;

  const isCounted = (address: string) => countOwnMachine || !isOwnMachine(address);

  const limitAddress = (address: string): RateRefusal | null =>
    addresses && isCounted(address)
      ? refused('rateAddress', addresses.take(addressKey(address), 1))
      : null;

  const limitViewer = (viewer: Viewer | null): RateRefusal | null =>
    viewers && viewer ? refused('rateViewer', viewers.take(countedViewer(viewer), 1)) : null;

  const limitCost = ({ cost, address, viewer }: OperationUse): RateRefusal | null => {
    if (!costs || cost <= 0 || (!viewer && !isCounted(address))) return null;
    const key = viewer ? countedViewer(viewer) : addressKey(address);
    // An operation that exceeds the whole limit by itself may run only when nothing else was counted.
    return refused('rateCost', costs.take(key, Math.min(mostCost, Math.ceil(cost))));
  };

  const limitOperation = (use: OperationUse) => {
    const refusal = limitCost(use);
    if (refusal) return refusal;
    return fields.admit(use);
  };

  return {
    events: measureOnly ? 'off' : limits.rateEventCost,
    limitAddress,
    limitViewer,
    limitOperation,
  };
}
