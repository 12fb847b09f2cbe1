import { CONNECTION_HEADER } from '@souk/runtime/identity';

/** What the start of an HTTP/1.1 response says about what follows. */
export interface ResponseHead {
  readonly status: number;
  /** Lower case, without parameters; empty when there is none. */
  readonly contentType: string;
  /** Bytes of the body; -1 when it comes in chunks, -2 when it ends with the connection. */
  readonly length: number;
  /** Lower case; empty when the body is as it is. */
  readonly contentEncoding: string;
  /** Milliseconds for which the server keeps the connection after this answer; 0 when it closes it. */
  readonly keepAliveMs: number;
  /** The name that the server has just given the connection; empty where it gave none. */
  readonly connectionName: string;
}

export const CHUNKED = -1;
export const UNTIL_CLOSE = -2;

/** When a server says nothing, the timeout of Node's own servers is assumed. */
const DEFAULT_KEEP_ALIVE_MS = 5_000;

const LENGTH = /\r\ncontent-length:[ \t]*(\d+)/i;
const TYPE = /\r\ncontent-type:[ \t]*([^;\r\n]*)/i;
const CONTENT_ENCODING = /\r\ncontent-encoding:[ \t]*([^\r\n]*)/i;
const TRANSFER_ENCODING = /\r\ntransfer-encoding:[^\r\n]*chunked/i;
const CLOSES = /\r\nconnection:[ \t]*close/i;
const TIMEOUT = /\r\nkeep-alive:[^\r\n]*timeout=(\d+)/i;

const CONNECTION = new RegExp(`\\r\\n${CONNECTION_HEADER}:[ \\t]*([\\w-]{1,100})`, 'i');

/** Undefined when the text is not a response head. */
export function parseResponseHead(text: string): ResponseHead | undefined {
  if (!text.startsWith('HTTP/1.')) return undefined;
  const status = Number(text.slice(9, 12));
  if (!(status >= 100 && status < 600)) return undefined;
  const isOld = text.charCodeAt(7) === 0x30;
  const given = LENGTH.exec(text)?.[1];
  const chunked = TRANSFER_ENCODING.test(text);
  const bodyless = status === 204 || status === 304;
  const length = bodyless ? 0 : chunked ? CHUNKED : given ? Number(given) : UNTIL_CLOSE;
  const seconds = TIMEOUT.exec(text)?.[1];
  const closes = isOld || length === UNTIL_CLOSE || CLOSES.test(text);
  return {
    status,
    contentType: (TYPE.exec(text)?.[1] ?? '').trim().toLowerCase(),
    length,
    contentEncoding: (CONTENT_ENCODING.exec(text)?.[1] ?? '').trim().toLowerCase(),
    connectionName: CONNECTION.exec(text)?.[1] ?? '',
    keepAliveMs: closes ? 0 : seconds ? Number(seconds) * 1_000 : DEFAULT_KEEP_ALIVE_MS,
  };
}
