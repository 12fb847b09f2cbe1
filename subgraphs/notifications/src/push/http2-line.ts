import { type ClientHttp2Session, connect, constants } from 'node:http2';

/** An answer. */
export interface Http2Answer {
  status: number;
  retryAfter: number | null;
  body: string;
}

/** A connection to one server that stays open and takes many requests at once. */
export interface Http2Line {
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<Http2Answer>;
  close(): void;
}

const TIMEOUT_MS = 10_000;
const MOST_READ = 16 * 1_024;
/** An idle connection is closed. */
const IDLE_MS = 10 * 60_000;

/** Connects when something is first sent, and again after the server has closed the connection. */
export function createHttp2Line(origin: string): Http2Line {
  let session: ClientHttp2Session | null = null;
  const opened = (): ClientHttp2Session => {
    if (session && !session.closed && !session.destroyed) return session;
    const fresh = connect(origin);
    // Each request hears of the error by itself.
    fresh.on('error', () => {});
    fresh.on('goaway', () => {
      if (session === fresh) session = null;
      fresh.close();
    });
    fresh.setTimeout(IDLE_MS, () => fresh.close());
    fresh.unref();
    session = fresh;
    return fresh;
  };
  return {
    post: (path, headers, body) =>
      new Promise((answered, failed) => {
        const used = opened();
        const stream = used.request({
          [constants.HTTP2_HEADER_METHOD]: 'POST',
          [constants.HTTP2_HEADER_PATH]: path,
          ...headers,
        });
        const overall = setTimeout(() => {
          failed(new Error('no answer in time'));
          // A peer that vanished does not say so: the next request connects again.
          if (session === used) session = null;
          used.destroy();
        }, TIMEOUT_MS);
        let status = 0;
        let retryAfter: number | null = null;
        let text = '';
        stream.on('response', (answer) => {
          status = answer[':status'] ?? 0;
          retryAfter = secondsOf(answer['retry-after']);
        });
        stream.setEncoding('utf8');
        stream.on('data', (chunk: string) => {
          if (text.length < MOST_READ) text += chunk;
        });
        stream.on('error', failed);
        stream.on('close', () => {
          clearTimeout(overall);
          if (status === 0) return failed(new Error('the connection ended without an answer'));
          return answered({ status, retryAfter, body: text });
        });
        stream.end(body);
      }),
    close: () => session?.close(),
  };
}

/** The value of `Retry-After`, if it is in seconds. */
export const secondsOf = (header: unknown): number | null => {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
};
