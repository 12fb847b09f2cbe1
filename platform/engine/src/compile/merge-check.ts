import { type DocumentNode, GraphQLError, type GraphQLSchema, Source } from 'graphql';
import { requestError } from '../errors.ts';
import type { PreparationFailure } from '../operation.ts';
import type { Planner } from './planner.ts';
import { hasOneFieldPerName } from './same-fields.ts';
import { givenUp } from './variant.ts';

/** Why the fields of a document cannot be merged into one answer; null when they can. */
export type MergeCheck = () => Promise<PreparationFailure | null>;

/**
 * Whether fields can be merged is the one rule of validation that compares everything with everything: for a
 * document within the usual limits it takes up to a hundred times as long as all other rules together.
 * Therefore it is checked where operations are planned, once, when the first plan is requested, unless there
 * is obviously nothing to merge.
 */
export function createMergeCheck(
  { planner, apiSchema }: { readonly planner: Planner; readonly apiSchema: GraphQLSchema },
  text: string,
  document: DocumentNode,
): MergeCheck {
  let found: Promise<PreparationFailure | null> | undefined;
  const look = async (): Promise<PreparationFailure | null> => {
    if (hasOneFieldPerName(apiSchema, document)) return null;
    try {
      return failureOf(text, await planner.conflictsIn(text, document));
    } catch (error) {
      const failure = givenUp(error);
      if (!failure || failure.isTransient) found = undefined;
      if (!failure) throw error;
      return failure;
    }
  };
  return () => {
    found ??= look();
    return found;
  };
}

function failureOf(
  text: string,
  conflicts: Awaited<ReturnType<Planner['conflictsIn']>>,
): PreparationFailure | null {
  if (conflicts.length === 0) return null;
  const source = new Source(text);
  const errors = conflicts.map(({ message, positions }) =>
    requestError(
      'GRAPHQL_VALIDATION_FAILED',
      message,
      new GraphQLError(message, { source, positions }),
    ),
  );
  return { kind: 'failed', errors };
}
