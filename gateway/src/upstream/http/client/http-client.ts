import { type Indexed, IndexedSet } from '../../../indexed-set.ts';
import { decodedText } from './content-encoding.ts';
import { HttpConnection } from './http-connection.ts';
import type { HttpResponse } from './response-reader.ts';

export interface HttpClientOptions {
  /** `http://host:port` */
  readonly origin: URL;
  readonly connections: number;
  /** Requests that may wait for a connection; more are refused at once. */
  readonly queue: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
}

export interface HttpRequest {
  /** Path with query. */
  readonly path: string;
  /**
   * Header lines besides those the client writes itself, each ended by CR LF, for the connection of this name (empty
   * where it has none).
   */
  headLinesOn(connectionName: string): string;
  readonly body: string;
  /** The deadline of the answer (performance.now). */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** Whether these bytes may be sent twice: then a connection that turns out to be dead is replaced. */
  readonly repeatable: boolean;
}

export interface ResponseReceiver {
  answered(response: HttpResponse): void;
  failed(failure: RequestFailure, error: Error): void;
}

/**
 * Why there is no answer. `stale`: a reused connection died without a byte of an answer, as happens when a
 * server closes it at the moment of its reuse, or restarts. `reset`: any other established connection ended before the
 * whole answer. `broken`: there was no connection, or what came is no answer.
 */
export type RequestFailure = 'late' | 'aborted' | 'refused' | 'stale' | 'reset' | 'broken';

export interface HttpClient {
  post(request: HttpRequest, receiver: ResponseReceiver): void;
  close(): void;
}

/** How often running requests are compared with their deadlines. */
const SWEEP_MS = 20;

/** A request from its start until it is answered. */
interface QueuedRequest extends Indexed {
  readonly request: HttpRequest;
  readonly receiver: ResponseReceiver;
  connection: HttpConnection | undefined;
  repeated: boolean;
}

/**
 * A small HTTP/1.1 client for one origin, with kept-alive connections of which the most recently used is
 * taken first. A gateway sends a dozen requests for each of its own, and a general client would cost more
 * than the gateway itself.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { origin, connections: most, queue, connectTimeoutMs, maxResponseBytes } = options;
  const idle: HttpConnection[] = [];
  const waiting: QueuedRequest[] = [];
  const running = new IndexedSet<QueuedRequest>();
  const bySignal = new WeakMap<AbortSignal, Set<QueuedRequest>>();
  const host = `host: ${origin.host}\r\n`;
  let open = 0;
  let sweeper: NodeJS.Timeout | undefined;

  const connection = (): HttpConnection =>
    new HttpConnection({
      host: origin.hostname.replace(/^\[|\]$/g, ''),
      port: Number(origin.port || 80),
      connectTimeoutMs,
      maxResponseBytes,
      onIdle: release,
      onClose(closed) {
        open -= 1;
        const index = idle.indexOf(closed);
        if (index >= 0) idle.splice(index, 1);
        const next = waiting.shift();
        if (next) dispatch(next);
      },
    });

  const release = (freed: HttpConnection): void => {
    const next = waiting.shift();
    if (next) run(next, freed);
    else idle.push(freed);
  };

  const usable = (): HttpConnection | undefined => {
    for (let found = idle.pop(); found; found = idle.pop()) {
      if (found.usableUntil > performance.now()) return found;
      found.close();
    }
    if (open >= most) return undefined;
    open += 1;
    return connection();
  };

  const dispatch = (job: QueuedRequest): void => {
    const found = usable();
    if (found) run(job, found);
    else if (waiting.length < queue) waiting.push(job);
    else end(job)?.failed('refused', new Error('Too many requests wait for a connection.'));
  };

  const run = (job: QueuedRequest, on: HttpConnection): void => {
    const { path, body, repeatable } = job.request;
    let headLines: string;
    try {
      headLines = job.request.headLinesOn(on.name);
    } catch (error) {
      end(job)?.failed('refused', error as Error);
      release(on);
      return;
    }
    const bytes = Buffer.byteLength(body);
    job.connection = on;
    on.start({
      text: `POST ${path} HTTP/1.1\r\n${host}${headLines}content-length: ${bytes}\r\n\r\n${body}`,
      encoding: bytes === body.length ? 'latin1' : 'utf8',
      answered: (response) => {
        // It has already been passed on to the next request.
        job.connection = undefined;
        if (response.encoded === undefined) end(job)?.answered(response);
        else decode(job, response, response.encoded);
      },
      failed: (error, { untouched, reset }) => {
        job.connection = undefined;
        const isStale = untouched && on.isReused;
        if (isStale && repeatable && !job.repeated) {
          job.repeated = true;
          dispatch(job);
        } else {
          end(job)?.failed(isStale ? 'stale' : reset ? 'reset' : 'broken', error);
        }
      },
    });
  };

  const decode = (job: QueuedRequest, { head }: HttpResponse, bytes: Buffer): void => {
    decodedText(bytes, head.contentEncoding, maxResponseBytes).then(
      (body) => end(job)?.answered({ head, body }),
      (error: Error) => end(job)?.failed('broken', error),
    );
  };

  /** Returns the receiver the first time only. */
  const end = (job: QueuedRequest): ResponseReceiver | undefined => {
    if (!running.delete(job)) return undefined;
    const { signal } = job.request;
    if (signal) bySignal.get(signal)?.delete(job);
    return job.receiver;
  };

  const giveUp = (job: QueuedRequest, failure: RequestFailure, reason: string): void => {
    const index = waiting.indexOf(job);
    if (index >= 0) waiting.splice(index, 1);
    const receiver = end(job);
    job.connection?.abandon();
    receiver?.failed(failure, new Error(reason));
  };

  /** One listener per signal, for any number of its requests. */
  const watch = (signal: AbortSignal, job: QueuedRequest): void => {
    const watched = bySignal.get(signal);
    if (watched) {
      watched.add(job);
      return;
    }
    const jobs = new Set([job]);
    bySignal.set(signal, jobs);
    const abort = (): void => {
      for (const one of jobs) giveUp(one, 'aborted', 'Nobody waits for it any more.');
    };
    signal.addEventListener('abort', abort, { once: true });
  };

  const sweep = (): void => {
    if (running.size === 0) {
      clearInterval(sweeper);
      sweeper = undefined;
      return;
    }
    const now = performance.now();
    for (const job of running) {
      if (job.request.deadline <= now) giveUp(job, 'late', 'It took too long.');
    }
  };

  return {
    post(request, receiver) {
      const { signal } = request;
      const job: QueuedRequest = {
        request,
        receiver,
        connection: undefined,
        repeated: false,
        index: -1,
      };
      running.add(job);
      sweeper ??= setInterval(sweep, SWEEP_MS).unref();
      if (signal?.aborted) {
        giveUp(job, 'aborted', 'Nobody waits for it any more.');
        return;
      }
      if (signal) watch(signal, job);
      dispatch(job);
    },
    close() {
      for (const job of [...running]) giveUp(job, 'broken', 'The client was closed.');
      for (const connection of [...idle]) connection.close();
      clearInterval(sweeper);
    },
  };
}
