import { createHash } from 'node:crypto';
import { type DocumentNode, OperationTypeNode, print } from 'graphql';
import { createBoundedCache } from '../bounded-cache.ts';
import type { PreparationFailure, PreparedOperation, WithheldFields } from '../operation.ts';
import {
  type Conditions,
  conditionVariables,
  type Delivery,
  mayComeInParts,
  resolveConditions,
  withoutConditions,
} from './conditions.ts';
import type { MergeCheck } from './merge-check.ts';
import { PlanningLimit } from './planning-limits.ts';
import { initialCountVariables } from './streamed-lists.ts';
import type { CompiledSupergraph } from './supergraph.ts';
import { compileVariant, type Variant } from './variant.ts';

/** A prepared operation, with what only the engine needs to know about it. */
export interface CompiledOperation extends PreparedOperation {
  /** Names of the variables that set the initial count of streamed lists. */
  readonly initialCounts: readonly string[];
  /** The operation with its conditions evaluated for coerced variables; planned when first asked for. */
  variantFor(
    values: Conditions,
    /** In parts if anything is deferred; whole by default. */
    delivery?: Delivery,
  ): Variant | PreparationFailure | Promise<Variant | PreparationFailure>;
}

const NO_OVERRIDES: readonly string[] = [];

/** The same number from 0 to 100 for the same text, evenly distributed over different texts. */
const percentOf = (text: string): number =>
  (createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32) * 100;

/** A missing value is false to @skip and @include, and true to @defer and @stream. */
const conditionKey = (value: unknown): string =>
  value === undefined ? '-' : value === true ? '1' : '0';

/** An operation with n condition variables has up to 2^n variants. */
const MOST_VARIANTS = 64;
/**
 * How many combinations of withheld fields are kept for one operation, from viewers with different rights.
 */
const MOST_WITHHOLDINGS = 64;

/** What an operation is compiled from. */
interface OperationSource extends Pick<PreparedOperation, 'document' | 'operation'> {
  readonly internalNames: ReadonlySet<string> | undefined;
  readonly withheld: WithheldFields | undefined;
  readonly mergeCheck: MergeCheck;
}

/** Keeps an operation's variants, each compiled when it is first asked for. */
export function compileOperation(
  supergraph: CompiledSupergraph,
  source: OperationSource,
  nextId: () => number,
): CompiledOperation {
  const { document, operation, internalNames, withheld, mergeCheck } = source;
  const operationName = operation.name?.value;
  const conditionNames = conditionVariables(document);
  const variants = createBoundedCache<string, Variant | PreparationFailure>(MOST_VARIANTS);
  const inCompilation = new Map<string, Promise<Variant | PreparationFailure>>();
  const { overrideLabels } = supergraph;
  const labels = overrideLabels.in(document);
  // A stream stays on one side of a percentage, since its events belong to the upstream that it opened.
  const ownDraw =
    operation.operation === OperationTypeNode.SUBSCRIPTION ? percentOf(print(document)) : null;
  const compiled = async (resolved: DocumentNode, overrides: readonly string[]) => {
    const variant = compileVariant(supergraph, {
      document: resolved,
      operationName,
      internalNames,
      withheld,
      overrides,
    });
    // Both are under way by now. If fields conflict, other errors of the operation do not matter.
    variant.catch(() => {});
    return (await mergeCheck()) ?? variant;
  };
  const defers = mayComeInParts(document);
  const attempt = async (
    key: string,
    values: Conditions,
    delivery: Delivery,
    overrides: readonly string[],
  ) => {
    try {
      const variant = await compiled(resolveConditions(document, values, delivery), overrides);
      const isWorthKeeping =
        variant.kind === 'variant' ||
        variant.cause === undefined ||
        variant.cause instanceof PlanningLimit;
      if (isWorthKeeping) variants.set(key, variant);
      return variant;
    } finally {
      inCompilation.delete(key);
    }
  };
  const variantFor: CompiledOperation['variantFor'] = (values, asked = 'whole') => {
    const delivery = defers ? asked : 'whole';
    const overrides =
      labels.length === 0
        ? NO_OVERRIDES
        : overrideLabels.holding(labels, ownDraw ?? 100 * Math.random());
    const conditions = conditionNames.map((name) => conditionKey(values[name]));
    const key = `${delivery} ${conditions.join('')}${overrides.join()}`;
    const known = variants.get(key) ?? inCompilation.get(key);
    if (known) return known;
    const attempted = attempt(key, values, delivery, overrides);
    inCompilation.set(key, attempted);
    return attempted;
  };
  const withholdings = createBoundedCache<string, CompiledOperation>(MOST_WITHHOLDINGS);
  return {
    kind: 'prepared',
    id: nextId(),
    document,
    operation,
    operationType: operation.operation,
    operationName,
    internalNames,
    withheld,
    get isPlanned() {
      return variants.size > 0;
    },
    withholding: (fields) => {
      const known = withholdings.get(fields.key);
      if (known) return known;
      const own = compileOperation(supergraph, { ...source, withheld: fields }, nextId);
      withholdings.set(fields.key, own);
      return own;
    },
    defers,
    initialCounts: initialCountVariables(document),
    planAhead: async () => {
      if (conditionNames.length > 0) return mergeCheck();
      // A client that defers usually accepts parts: the whole answer is planned when one does not.
      const variant = await variantFor({}, 'in parts');
      return variant.kind === 'failed' ? variant : null;
    },
    outline: async () => {
      const fullest = withoutConditions(document);
      const variant =
        conditionNames.length > 0
          ? await compiled(fullest, NO_OVERRIDES)
          : await variantFor({}, 'in parts');
      return variant.kind === 'variant' ? variant.outline() : null;
    },
    variantFor,
  };
}
