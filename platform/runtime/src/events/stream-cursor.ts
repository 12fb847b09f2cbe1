import type { SignedCursors } from '../domain/signed-cursors.ts';

/** Cursors of event streams: a sequence, signed for its stream. */
export interface StreamCursors {
  at(stream: string, sequence: number): string;
  /**
   * Throws `BAD_USER_INPUT` for a cursor of another stream or one never given out; `path` says
   * where in the input it was.
   */
  sequenceOf(stream: string, cursor: string, path?: readonly string[]): number;
}

/** Streams of different subgraphs may share a name (`user:…`), so the subgraph is signed too. */
export const createStreamCursors = (subgraph: string, cursors: SignedCursors): StreamCursors => ({
  at: (stream, sequence) => cursors.sign(`stream:${subgraph}:${stream}`, sequence),
  sequenceOf: (stream, cursor, path = ['after']) =>
    cursors.verify(`stream:${subgraph}:${stream}`, cursor, path) as number,
});
