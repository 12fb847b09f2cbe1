import type { IncomingMessage } from 'node:http';
import { createInProcessRateLimit, type Logger, type RateLimit, type Viewer } from '@souk/runtime';
import type { DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql';
import { addressKey, isOwnMachine } from './address-key.ts';
import { argumentAt, rootFieldsOf } from './field-uses.ts';
import { createQuickCounter, type QuickCounter } from './quick-counter.ts';
import type { Rate } from './rate.ts';
import {
  DEFAULT_RATE_LIMITS,
  FIELD_RULES,
  type FieldRule,
  NO_RATE_LIMITS,
  type RateLimits,
  type RateName,
} from './rate-limits.ts';
import type { RateRefusal } from './refusal.ts';

export interface RatesOptions {
  /** What is not given is as `DEFAULT_RATE_LIMITS` says. */
  limits?: Partial<RateLimits> | 'off';
  /** Default: `FIELD_RULES`. */
  fieldRules?: readonly FieldRule[];
  /** Counts for all processes; without it this one counts for itself. */
  shared?: Pick<RateLimit, 'consume'> | null;
  /**
   * Whether clients on this very machine count by address, too. Without proxies they are its
   * operator's: health checks, tools, a developer.
   */
  countOwnMachine?: boolean;
  /** Log what would be refused and let it through. */
  measureOnly?: boolean;
  logger: Logger;
}

/** Who asks. */
export interface Asker {
  /** As `clientAddress` tells it. */
  readonly address: string;
  readonly viewer: Viewer | null;
}

/** A valid operation about to be executed. */
export interface OperationUse extends Asker {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** As the guard estimates it. */
  readonly cost: number;
}

/** The one set of rules on how often, for every transport. Null is a yes. */
export interface Rates {
  /** Counts a request by its address, before anything is known about it. */
  admitAddress(address: string): RateRefusal | null;
  /** Counts a request of a viewer who has been verified. */
  admitViewer(viewer: Viewer | null): RateRefusal | null;
  /** Counts an operation's cost and its fields; at once where none of its fields has a limit. */
  admitOperation(use: OperationUse): RateRefusal | null | Promise<RateRefusal | null>;
  /**
   * Counts a subscription. `isRequest` is false where the HTTP request that carries it has been
   * counted already, true for a message on a socket.
   */
  admitSubscription(use: OperationUse, isRequest: boolean): Promise<RateRefusal | null>;
  /** What was decided of a request, for who handles it next; undefined when nothing was. */
  decisionOn(request: IncomingMessage): RateRefusal | null | undefined;
  /** Remembers that a request has been counted, and how that ended. */
  decide(request: IncomingMessage, decision: RateRefusal | null): void;
}

/** A place in a document that counts, and how often it is used. */
interface LimitedUse {
  readonly rule: FieldRule;
  readonly rate: Rate;
  readonly field: FieldNode;
  readonly times: number;
}

const NO_USES: readonly LimitedUse[] = [];
/** Of an argument's value; longer ones that begin alike count together. */
const LONGEST_ARGUMENT = 128;

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
  const exact = shared ?? createInProcessRateLimit();

  const quick = (limit: RateName): QuickCounter | null => {
    const rate = limits[limit];
    if (rate === 'off') return null;
    return createQuickCounter({ allowance: allowanceOf(limit, rate), shared });
  };
  const addresses = quick('rateAddress');
  const viewers = quick('rateViewer');
  const costs = quick('rateCost');
  const mostCost = limits.rateCost === 'off' ? 0 : limits.rateCost.points;

  const refused = (limit: RateName, waitMs: number): RateRefusal | null => {
    if (waitMs <= 0) return null;
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    if (!measureOnly) return { limit, retryAfterSeconds };
    logger.warn({ limit, retryAfterSeconds }, 'a rate limit is exceeded; it was let through');
    return null;
  };

  const isCounted = (address: string) => countOwnMachine || !isOwnMachine(address);

  const admitAddress = (address: string): RateRefusal | null =>
    addresses && isCounted(address)
      ? refused('rateAddress', addresses.take(addressKey(address), 1))
      : null;

  const admitViewer = (viewer: Viewer | null): RateRefusal | null =>
    viewers && viewer ? refused('rateViewer', viewers.take(viewer.userId, 1)) : null;

  const admitCost = ({ cost, address, viewer }: OperationUse): RateRefusal | null => {
    if (!costs || cost <= 0 || (!viewer && !isCounted(address))) return null;
    const key = viewer ? viewer.userId : addressKey(address);
    // What alone is above the limit can run only where nothing else did.
    return refused('rateCost', costs.take(key, Math.min(mostCost, Math.ceil(cost))));
  };

  const rules = new Map<string, { rule: FieldRule; rate: Rate }>();
  for (const rule of fieldRules) {
    const rate = limits[rule.limit];
    if (rate !== 'off') for (const field of rule.fields) rules.set(field, { rule, rate });
  }

  const usesByOperation = new WeakMap<OperationDefinitionNode, readonly LimitedUse[]>();
  const usesOf = ({ document, operation }: OperationUse): readonly LimitedUse[] => {
    if (rules.size === 0) return NO_USES;
    const known = usesByOperation.get(operation);
    if (known) return known;
    const found: LimitedUse[] = [];
    for (const [field, times] of rootFieldsOf(document, operation)) {
      const limited = rules.get(field.name.value);
      if (limited) found.push({ ...limited, field, times });
    }
    const uses = found.length > 0 ? found : NO_USES;
    usesByOperation.set(operation, uses);
    return uses;
  };

  /** All counters in one round trip; each is taken from, whatever the others say. */
  const admitFields = async (
    uses: readonly LimitedUse[],
    asked: OperationUse,
  ): Promise<RateRefusal | null> => {
    const takes = new Map<string, { limit: RateName; rate: Rate; key: string; points: number }>();
    for (const { rule, rate, field, times } of uses) {
      const key = keyOf(rule, field, asked);
      const id = `${rule.limit} ${key}`;
      const points = Math.min(rate.points + 1, (takes.get(id)?.points ?? 0) + times);
      takes.set(id, { limit: rule.limit, rate, key, points });
    }
    const answers = await Promise.all(
      [...takes.values()].map(async ({ limit, rate, key, points }) => {
        const answer = await exact.consume(key, allowanceOf(limit, rate), points);
        return refused(limit, answer.allowed ? 0 : answer.retryAfterSeconds * 1_000);
      }),
    );
    return longest(answers);
  };

  const admitOperation = (use: OperationUse) => {
    const refusal = admitCost(use);
    if (refusal) return refusal;
    const uses = usesOf(use);
    return uses.length === 0 ? null : admitFields(uses, use);
  };

  const decisions = new WeakMap<IncomingMessage, RateRefusal | null>();
  return {
    admitAddress,
    admitViewer,
    admitOperation,
    admitSubscription: async (use, isRequest) =>
      (isRequest ? (admitAddress(use.address) ?? admitViewer(use.viewer)) : null) ??
      admitOperation(use),
    decisionOn: (request) => decisions.get(request),
    decide: (request, decision) => void decisions.set(request, decision),
  };
}

const allowanceOf = (limit: RateName, { points, perSeconds }: Rate) => ({
  rule: `gateway.${limit}`,
  points,
  perSeconds,
});

function keyOf({ per, apartBy }: FieldRule, field: FieldNode, asked: OperationUse): string {
  const { viewer, address, operation, variables } = asked;
  const who = per === 'viewer' && viewer ? viewer.userId : addressKey(address);
  if (!apartBy) return who;
  const value = argumentAt(field, apartBy, operation, variables);
  return `${who} ${String(value).slice(0, LONGEST_ARGUMENT)}`;
}

const longest = (refusals: readonly (RateRefusal | null)[]): RateRefusal | null =>
  refusals.reduce(
    (worst, refusal) =>
      refusal && refusal.retryAfterSeconds > (worst?.retryAfterSeconds ?? 0) ? refusal : worst,
    null,
  );
