import { readMark, type StreamMark } from '@souk/runtime/events';
import type { Answer } from './start-subgraph.ts';

/** What a subgraph said to a gateway beside each answer of a stream. */
export const marksOf = (answers: readonly Answer[]): (StreamMark | undefined)[] =>
  answers.map(({ extensions }) => readMark(extensions?.stream) ?? undefined);

/**
 * What clients see of the events of a stream, byte for byte; without the items about the stream
 * itself, which are of the moment at which each subscriber got them.
 */
export const eventsIn = (answers: readonly Answer[]): string[] =>
  answers.flatMap(({ data, errors }) => {
    const item = data && Object.values(data)[0];
    const { __typename: kind } = (item ?? {}) as { __typename?: string };
    const isEvent = data !== undefined && kind !== 'CaughtUp' && kind !== 'StreamReset';
    return isEvent ? [JSON.stringify({ data, errors })] : [];
  });
