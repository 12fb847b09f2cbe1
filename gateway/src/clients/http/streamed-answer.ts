import type { ServerResponse } from 'node:http';
import { EncodedEvent } from '../../subscriptions/encoded-event.ts';
import { serverSentEvents } from '../streams/stream-format.ts';
import { answerTypeFor, namesType } from './accepted-types.ts';

/**
 * Whether a query or mutation is answered by server-sent events: where its client takes nothing else, as
 * graphql-sse's asks for every operation.
 */
export const isAnsweredAsStream = (accept: string | undefined): boolean =>
  answerTypeFor(accept) === null && namesType(accept, 'text/event-stream');

/** Writes a whole answer as the only event of a stream. */
export function writeAsStream(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': serverSentEvents.contentType,
    'x-accel-buffering': 'no',
  });
  response.write(serverSentEvents.event(new EncodedEvent(body, null)));
  response.end(serverSentEvents.end(null));
}
