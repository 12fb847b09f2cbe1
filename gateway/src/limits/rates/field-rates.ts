import { createSettledRateLimit, type RateLimit } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import type { FieldNode, OperationDefinitionNode } from 'graphql';
import { addressKey } from './address-key.ts';
import { argumentAt, rootFieldsOf } from './field-uses.ts';
import type { Rate } from './rate.ts';
import { allowanceOf, type FieldRule, type RateLimits, type RateName } from './rate-limits.ts';
import type { OperationUse } from './rates.ts';
import type { RateRefusal } from './refusal.ts';

/**
 * The id under which a viewer's use is counted: a program is counted by its key, so that it uses up nothing
 * of its owner's.
 */
export const countedViewer = ({ userId, sessionId, apiKeyScopes }: Viewer): string =>
  apiKeyScopes ? sessionId : userId;

export interface FieldRatesOptions {
  readonly rules: readonly FieldRule[];
  readonly limits: RateLimits;
  /** Exact, even when many ask at the same moment. */
  readonly counter: Pick<RateLimit, 'consume'>;
  /** Converts a wait in milliseconds into a refusal for the client. */
  readonly refused: (limit: RateName, waitMs: number) => RateRefusal | null;
}

/** Counts the uses of fields that have a limit of their own. */
export interface FieldRates {
  /** Null at once when no field of the operation has a limit. */
  admit(use: OperationUse): null | Promise<RateRefusal | null>;
}

/** A counted place in a document, and how often it is used. */
interface LimitedUse {
  readonly rule: FieldRule;
  readonly rate: Rate;
  readonly field: FieldNode;
  readonly times: number;
}

interface Take {
  readonly limit: RateName;
  readonly rate: Rate;
  readonly key: string;
  readonly by: Pick<RateLimit, 'consume'>;
  readonly points: number;
}

/** Of an argument's value; longer values with the same beginning are counted together. */
const LONGEST_ARGUMENT = 128;

export function createFieldRates({
  limits,
  counter,
  refused,
  ...given
}: FieldRatesOptions): FieldRates {
  const rules = new Map<string, { rule: FieldRule; rate: Rate }>();
  for (const rule of given.rules) {
    const rate = limits[rule.limit];
    if (rate !== 'off') for (const field of rule.fields) rules.set(field, { rule, rate });
  }

  const settled = createSettledRateLimit(counter);

  const known = new WeakMap<OperationDefinitionNode, readonly LimitedUse[]>();
  const usesOf = ({ document, operation }: OperationUse): readonly LimitedUse[] => {
    const before = known.get(operation);
    if (before) return before;
    const uses = [...rootFieldsOf(document, operation)].flatMap(([field, times]) => {
      const limited = rules.get(field.name.value);
      return limited ? [{ ...limited, field, times }] : [];
    });
    known.set(operation, uses);
    return uses;
  };

  /** Updates all counters in one round trip; each is charged, whatever the others answer. */
  const admit = async (uses: readonly LimitedUse[], asked: OperationUse) => {
    const takes = new Map<string, Take>();
    for (const { rule, rate, field, times } of uses) {
      const { limit } = rule;
      const by = rule.settled ? settled : counter;
      const key = keyOf(rule, field, asked);
      const points = (takes.get(`${limit} ${key}`)?.points ?? 0) + times;
      // Capped just above the limit, since counters cannot hold arbitrarily large numbers.
      const most = Math.min(points, rate.points + 1);
      takes.set(`${limit} ${key}`, { limit, rate, key, by, points: most });
    }
    const answers = await Promise.all(
      [...takes.values()].map(async ({ limit, rate, key, by, points }) => {
        const answer = await by.consume(key, allowanceOf(limit, rate), points);
        return refused(limit, answer.allowed ? 0 : answer.retryAfterSeconds * 1_000);
      }),
    );
    return longest(answers);
  };

  return {
    admit: (asked) => {
      if (rules.size === 0) return null;
      const uses = usesOf(asked);
      return uses.length === 0 ? null : admit(uses, asked);
    },
  };
}

function keyOf({ per, apartBy }: FieldRule, field: FieldNode, asked: OperationUse): string {
  const { viewer, address, operation, variables } = asked;
  const who = per === 'viewer' && viewer ? countedViewer(viewer) : addressKey(address);
  if (!apartBy) return who;
  const value = argumentAt(field, apartBy, operation, variables);
  return `${who} ${countedAs(value)}`;
}

/**
 * Values other than strings and numbers will be refused when variables are coerced later; they all count
 * together. `toString` is never called on them, since a client may have supplied it.
 */
const countedAs = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value).slice(0, LONGEST_ARGUMENT)
    : '';

const longest = (refusals: readonly (RateRefusal | null)[]): RateRefusal | null =>
  refusals.reduce(
    (worst, refusal) =>
      refusal && refusal.retryAfterSeconds > (worst?.retryAfterSeconds ?? 0) ? refusal : worst,
    null,
  );
