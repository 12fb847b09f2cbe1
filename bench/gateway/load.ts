import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly accept: string;
  /** Sent in turn. */
  readonly requests: readonly ExpectedRequest[];
  readonly connections: number;
}

export interface ExpectedRequest {
  readonly body: string;
  /** The answer that it must get each time, byte for byte. */
  readonly expected: Buffer;
}

/** The result of one turn. */
export interface Turn {
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
  /** From the first request to the last answer. */
  readonly seconds: number;
  readonly wrong: number;
}

export const JSON_ALONE = 'application/json';
/** What a client sends that accepts answers in parts. */
export const IN_PARTS = 'multipart/mixed;deferSpec=20220824, application/json';

/** Comparing bytes costs the core that the load runs on, so only one answer in so many is. */
const COMPARE_EVERY = 16;

/**
 * Closed loop: each connection sends its next request when it has the answer to the last, for so
 * long; then the turn lasts until all have theirs.
 */
export async function load(options: LoadOptions, milliseconds: number): Promise<Turn> {
  const { port, path, accept, connections } = options;
  const requests = options.requests.map(({ body, expected }) => ({
    expected,
    bytes: Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
        `accept: ${accept}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  }));
  let sent = 0;
  const send = (socket: Socket): Buffer => {
    const { bytes, expected } = requests[sent % requests.length] as (typeof requests)[number];
    sent += 1;
    socket.write(bytes);
    return expected;
  };
  const latencies: number[] = [];
  let wrong = 0;
  const drive = (socket: Socket, until: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let sentAt = performance.now();
      let expected = send(socket);
      readAnswers(socket, (status, answer) => {
        const now = performance.now();
        latencies.push(now - sentAt);
        const differs =
          answer.length !== expected.length ||
          (latencies.length % COMPARE_EVERY === 0 &&
            !isSame(Buffer.concat(answer.chunks), expected));
        if (status !== 200 || differs) wrong += 1;
        if (now >= until) return resolve();
        sentAt = now;
        expected = send(socket);
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the gateway hung up')));
    });

  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  const from = performance.now();
  await Promise.all(sockets.map((socket) => drive(socket, from + milliseconds)));
  const seconds = (performance.now() - from) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { latencies, seconds, wrong };
}

/** What goes wrong is told with the id of its request, which is another each time. */
const isSame = (answer: Buffer, expected: Buffer): boolean =>
  answer.equals(expected) || withoutIds(answer) === withoutIds(expected);
const withoutIds = (answer: Buffer): string =>
  answer.toString('latin1').replace(/"requestId":"[^"]*"/g, '');

const connected = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });

interface Answer {
  length: number;
  readonly chunks: Buffer[];
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Calls back for each HTTP answer on a kept-alive connection: by length, or chunked. */
function readAnswers(socket: Socket, onAnswer: (status: number, answer: Answer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  let status = 0;
  let left = -1;
  let chunked = false;
  let answer: Answer = { length: 0, chunks: [] };

  const take = (data: Buffer): void => {
    answer.length += data.length;
    answer.chunks.push(data);
  };
  const finish = (): void => {
    const finished = answer;
    answer = { length: 0, chunks: [] };
    left = -1;
    chunked = false;
    onAnswer(status, finished);
  };

  socket.on('data', (data: Buffer) => {
    let at = 0;
    let buffer = rest.length > 0 ? Buffer.concat([rest, data]) : data;
    for (;;) {
      if (left < 0 && !chunked) {
        const end = buffer.indexOf(HEAD_END, at);
        if (end < 0) break;
        const head = buffer.toString('latin1', at, end);
        status = Number(head.slice(9, 12));
        const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
        chunked = length === undefined;
        left = length === undefined ? -1 : Number(length);
        at = end + 4;
      }
      if (!chunked) {
        const part = buffer.subarray(at, at + left);
        if (part.length > 0) take(part);
        left -= part.length;
        at += part.length;
        if (left > 0) break;
        finish();
      } else {
        const end = buffer.indexOf('\r\n', at);
        if (end < 0) break;
        const size = Number.parseInt(buffer.toString('latin1', at, end), 16);
        if (buffer.length < end + 2 + size + 2) break;
        if (size > 0) take(buffer.subarray(end + 2, end + 2 + size));
        at = end + 2 + size + 2;
        if (size === 0) finish();
      }
      if (at >= buffer.length) break;
    }
    rest = at < buffer.length ? buffer.subarray(at) : Buffer.alloc(0);
    buffer = rest;
  });
}

/** One request by itself, to see whether the gateway is up and what it answers. */
export async function ask(
  port: number,
  path: string,
  body: string,
  accept = JSON_ALONE,
): Promise<Buffer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body,
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}
