import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { DEFAULT_SOCKET_LIMITS } from '../socket-limits.ts';
import { SendQueue } from './send-queue.ts';
import { type FrameStart, TextFrames } from './text-frames.ts';

const LIMITS = { ...DEFAULT_SOCKET_LIMITS, queuedBytes: 256 * 1_048_576, stalledMs: 60_000 };
const CLIENTS = ['1', '2', '3'];
/** More than the kernel takes for a client that does not read. */
const EVENTS = 24;
const EVENT_BYTES = 640 * 1_024;

const frameStart = (text: string): FrameStart => ({ text, bytes: Buffer.byteLength(text) });

/** What each of three clients reads if the second is slow while everything is written. */
async function readBy(Frames: typeof TextFrames): Promise<string[][]> {
  const server = createServer().listen(0, '127.0.0.1');
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const queues: SendQueue[] = [];
  server.on('upgrade', (request, stream: Duplex, head) =>
    sockets.handleUpgrade(request, stream, head, (socket) =>
      queues.push(new SendQueue(socket, stream, LIMITS)),
    ),
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients: WebSocket[] = [];
  const read = CLIENTS.map((): string[] => []);
  try {
    for (const texts of read) {
      const client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
      client.on('message', (data) => texts.push(summary(String(data))));
      await once(client, 'open');
      clients.push(client);
    }
    await until(() => queues.length === CLIENTS.length);
    const [, dawdler] = clients;
    dawdler?.pause();
    for (let event = 0; event < EVENTS; event += 1) {
      const letter = String.fromCharCode(97 + event);
      const frames = new Frames(Buffer.alloc(EVENT_BYTES, letter), '}');
      for (const [index, sendQueue] of queues.entries()) {
        expect(sendQueue.write(frameStart(`to ${CLIENTS[index]}: `), frames)).toBe(true);
      }
      if (event % 4 === 0) await until(() => read[2]?.length === event + 1);
    }
    dawdler?.resume();
    await until(() => read.every(({ length }) => length === EVENTS));
    return read;
  } finally {
    for (const client of clients) client.terminate();
    sockets.close();
    server.close();
  }
}

/** A message by its beginning and its letters, which are all the same in a whole one. */
function summary(text: string): string {
  const [start, rest] = [text.slice(0, 6), text.slice(6)];
  // Looking at each of millions of letters takes longer than all the rest of the test.
  const isWhole = rest === `${rest.charAt(0).repeat(EVENT_BYTES)}}`;
  return start + (isWhole ? `${rest.charAt(0)}}` : [...new Set(rest)].join(''));
}

const whole = CLIENTS.map((client) =>
  Array.from({ length: EVENTS }, (_, event) => `to ${client}: ${String.fromCharCode(97 + event)}}`),
);

test('each client gets its own frames whole, also one that did not read for a while', async () => {
  expect(await readBy(TextFrames)).toEqual(whole);
});

test("one frame for all would reach slow clients with the beginning of another's (mutant)", async () => {
  class OneFrame extends TextFrames {
    override beginningWith(start: FrameStart): Buffer {
      const frame = super.beginningWith(start);
      this.giveBack(frame);
      return frame;
    }
  }
  expect(await readBy(OneFrame)).not.toEqual(whole);
});
