import type { ResponseBody } from '@souk/engine';
import type { EncodedEvent } from '../../subscriptions/encoded-event.ts';
import { namesType } from '../http/accepted-types.ts';

/** How a subscription is written into one HTTP response. */
export interface StreamFormat {
  readonly name: 'sse' | 'multipart';
  readonly contentType: string;
  readonly event: (event: EncodedEvent) => Buffer;
  /** The subscription's final message, when it ends with errors or by itself. */
  end(errors: readonly unknown[] | null): string;
  /** Sent periodically, so that proxies and clients see that the connection is alive. */
  readonly heartbeat: string;
}

/**
 * A line of server-sent events ends with either character. In JSON they only occur between tokens, for
 * example where a subgraph has indented a value that is passed on as it came.
 */
const LINE_BREAKS = /[\r\n]/g;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;
/** An id of several lines would not come back unchanged, so such a cursor is not sent. */
const BREAKS_LINES = /[\r\n\0]/;

/** One result as a server-sent event; `id` is the line of its id, if it has one. */
export const nextEvent = (json: string, id = ''): string =>
  `event: next\n${id}data: ${json.replace(LINE_BREAKS, ' ')}\n\n`;
/** Says that nothing more will come. */
export const COMPLETE_EVENT = 'event: complete\ndata:\n\n';

/** A whole answer as the only event of a stream, with its end. Bytes are copied, not decoded. */
export function wholeAsEvents(body: ResponseBody): Buffer {
  if (typeof body === 'string') return Buffer.from(nextEvent(body) + COMPLETE_EVENT);
  const { bytes, release } = body.hold();
  const before = Buffer.from('event: next\ndata: ');
  const events = Buffer.concat([before, bytes, Buffer.from(`\n\n${COMPLETE_EVENT}`)]);
  release();
  const json = events.subarray(before.length, before.length + bytes.length);
  for (const code of [LINE_FEED, CARRIAGE_RETURN]) {
    for (let at = json.indexOf(code); at !== -1; at = json.indexOf(code, at + 1)) json[at] = BLANK;
  }
  return events;
}

/**
 * Server-sent events in graphql-sse's "distinct connections" mode. The cursor is the event's id: a browser's
 * EventSource automatically sends the last one when it reconnects.
 */
export const serverSentEvents: StreamFormat = {
  name: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  event: ({ json, cursor }) => {
    const id = cursor === null || BREAKS_LINES.test(cursor) ? '' : `id: ${cursor}\n`;
    return Buffer.from(nextEvent(json, id));
  },
  end: (errors) => `${errors ? nextEvent(JSON.stringify({ errors })) : ''}${COMPLETE_EVENT}`,
  heartbeat: ':\n\n',
};

/** Between the parts of a multipart response. */
export const BOUNDARY = 'graphql';
/** Opens the first part. */
export const MULTIPART_START = `--${BOUNDARY}`;
/** One part followed by the boundary, which tells a client that the part is complete. */
export const multipartPart = (body: string): string =>
  `\r\ncontent-type: application/json\r\n\r\n${body}\r\n${MULTIPART_START}`;

/** Follows the boundary that ends the last part. */
export const MULTIPART_END = '--\r\n';

/** Apollo's multipart subscription protocol, `subscriptionSpec=1.0`. */
export const multipart: StreamFormat = {
  name: 'multipart',
  contentType: `multipart/mixed;boundary="${BOUNDARY}";subscriptionSpec=1.0`,
  event: ({ json }) => Buffer.from(multipartPart(`{"payload":${json}}`)),
  end: (errors) =>
    (errors ? multipartPart(JSON.stringify({ payload: { data: null, errors } })) : '') +
    MULTIPART_END,
  heartbeat: multipartPart('{}'),
};
/** The format that a client accepts; null when it wants a single answer. */
export function streamFormatFor(accept: string | undefined): StreamFormat | null {
  if (namesType(accept, 'text/event-stream')) return serverSentEvents;
  if (/multipart\/mixed[^,]*subscriptionspec="?1\.0/i.test(accept ?? '')) return multipart;
  return null;
}
