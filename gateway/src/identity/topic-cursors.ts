import { GraphQLError } from 'graphql';

/** A place in the stream of each topic, by the topic's name. */
export type TopicCursors = Readonly<Record<string, string>>;

/** One text for positions in several streams, each as its own subgraph gave it. */
export const joinCursors = (cursors: TopicCursors): string =>
  Buffer.from(JSON.stringify(cursors)).toString('base64url');

/**
 * The positions that `joinCursors` joined. If a client changes one, the subgraph that signed it refuses it.
 *
 * @throws BAD_USER_INPUT for any other text
 */
export function splitCursors(text: string): TopicCursors {
  try {
    const cursors: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof cursors === 'object' && cursors !== null && !Array.isArray(cursors)) {
      const entries = Object.entries(cursors);
      if (entries.every(([, cursor]) => typeof cursor === 'string')) {
        return Object.assign(Object.create(null), cursors);
      }
    }
  } catch {}
  throw new GraphQLError('This is not a cursor of this stream.', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
