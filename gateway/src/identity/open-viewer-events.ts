import { GraphQLError, OperationTypeNode } from 'graphql';
import type { GatewayTransport } from '../upstream/transport.ts';
import type { OpenViewerEvents } from './identity-subgraph.ts';
import { splitCursors } from './topic-cursors.ts';
import { viewerStream } from './viewer-stream.ts';
import type { ViewerTopic } from './viewer-topics.ts';

/** Opens the streams of a supergraph's topics on behalf of a viewer. */
export function createOpenViewerEvents(
  transport: () => Pick<GatewayTransport, 'subscribe'>,
  all: readonly ViewerTopic[],
): OpenViewerEvents {
  return ({ topics, after }, { viewer, requestId }, signal) => {
    const asked = topics ? all.filter(({ name }) => topics.includes(name)) : all;
    if (asked.length === 0) throw noTopics();
    const cursors = after == null ? {} : splitCursors(after);
    return viewerStream(
      asked,
      cursors,
      async ({ subgraph, query }, place, until) => {
        const variablesText = JSON.stringify({ after: place ?? null });
        const operationName = 'ViewerTopic';
        return transport().subscribe(
          {
            subgraph,
            query,
            operationName,
            variablesText,
            operationType: OperationTypeNode.SUBSCRIPTION,
            bodyText: JSON.stringify({ query, operationName, variables: { after: place ?? null } }),
            context: { viewer, requestId },
          },
          until,
        );
      },
      signal,
    );
  };
}

const noTopics = () =>
  new GraphQLError('Name at least one topic, or leave `topics` out for all.', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
