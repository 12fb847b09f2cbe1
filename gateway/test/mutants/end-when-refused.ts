import { GraphQLError } from 'graphql';
import type {
  UpstreamEvent,
  UpstreamOptions,
} from '../../src/subscriptions/resume/upstream-events.ts';
import { UpstreamLost } from '../../src/upstream/websocket/upstream-sockets.ts';

/**
 * The naive upstream: a lost connection is opened again, and an answer without data is the end. A client that
 * comes back while the subgraph's database is away is refused for good.
 */
export async function* endWhenRefused({
  open,
  place,
  signal,
}: UpstreamOptions): AsyncGenerator<UpstreamEvent, void, undefined> {
  while (!signal.aborted) {
    try {
      for await (const event of await open({}, signal)) {
        const response = 'text' in event ? JSON.parse(event.text) : event;
        if (response.data === undefined) throw new GraphQLError('refused', response.errors[0]);
        yield { response, cursor: place.cursor, mark: null, isCaughtUp: false };
      }
      return;
    } catch (error) {
      if (!(error instanceof UpstreamLost)) throw error;
    }
  }
}
