import type { SealedCursors } from '../graphql/sealed-cursors.ts';

/** Cursors of event streams: a sequence, sealed for its stream. */
export interface StreamCursors {
  at(stream: string, sequence: number): string;
  /** Throws `BAD_USER_INPUT` for a cursor of another stream or one never given out. */
  sequenceOf(stream: string, cursor: string): number;
}

/** Streams of different subgraphs may share a name (`user:…`), so the subgraph is sealed in too. */
export const createStreamCursors = (subgraph: string, cursors: SealedCursors): StreamCursors => ({
  at: (stream, sequence) => cursors.seal(`stream:${subgraph}:${stream}`, sequence),
  sequenceOf: (stream, cursor) =>
    cursors.open(`stream:${subgraph}:${stream}`, cursor, ['after']) as number,
});
