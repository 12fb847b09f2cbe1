import type { Duplex } from 'node:stream';
import { slowClients } from '@souk/runtime/process';
import type { WebSocket } from 'ws';
import { type SocketLimits, TERMINATE_AFTER_MS, TOO_MUCH } from '../socket-limits.ts';
import { type FrameStart, TextFrames } from './text-frames.ts';

const NOTHING = Buffer.alloc(0);
const NO_START: FrameStart = { text: '', bytes: 0 };

/**
 * The messages on their way to one client, bounded. `ws` would queue without limit for a client that does not
 * read. Here a full queue refuses more, and a queue whose messages are not all taken within `stalledMs`
 * closes the socket: first with a close frame, then by terminating it, because a client that does not read
 * does not read the close frame either.
 *
 * Messages are written directly to the connection below `ws`, which is idle between its own few frames (pongs
 * and the close frame) as long as nothing is compressed. The send method of `ws` costs more for each message
 * and cannot tell how many wait.
 */
export class SendQueue {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #limits: SocketLimits;
  /** Messages written since the connection was last idle. */
  #messages = 0;
  #waiting: Promise<void> | null = null;
  /** Bytes of whole answers that wait for room. */
  #answerBytes = 0;

  constructor(socket: WebSocket, stream: Duplex, limits: SocketLimits) {
    this.#socket = socket;
    this.#stream = stream;
    this.#limits = limits;
  }

  /** What waits for the client to read it. */
  get depth(): { messages: number; bytes: number } {
    const bytes = this.#stream.writableLength;
    return { messages: bytes === 0 ? 0 : this.#messages, bytes };
  }

  /** Writes a message, unless too much waits already: then it returns false and writes nothing. */
  write(start: FrameStart, frames: TextFrames): boolean {
    if (!this.#isOpen()) return true;
    if (this.#isFull()) return false;
    this.#messages += 1;
    const frame = frames.beginningWith(start);
    this.#stream.write(frame);
    // Usually the kernel has copied everything by now. A buffer that still waits must not be reused.
    if (this.#stream.writableLength === 0) frames.giveBack(frame);
    return true;
  }

  /** Resolves when there is room, at once if there is, or when the socket closes. */
  async room(): Promise<void> {
    if (!this.#isOpen() || !this.#isFull()) return;
    this.#waiting ??= this.#emptied();
    await this.#waiting;
  }

  /** Writes as soon as there is room. */
  async send(message: object): Promise<void> {
    const frames = new TextFrames(Buffer.from(JSON.stringify(message)), '');
    while (!this.write(NO_START, frames)) await this.room();
  }

  /**
   * Writes an answer, which its client asked for and which may be large, as soon as there is room. At most as
   * many bytes as fit into the queue wait for room; a client that asks for more without reading is
   * disconnected.
   */
  async sendWhole(start: FrameStart, body: Uint8Array, end: string): Promise<void> {
    const frames = new TextFrames(body, end);
    if (this.write(start, frames)) return;
    if (this.#answerBytes > 0 && this.#answerBytes + body.length > this.#limits.queuedBytes) {
      this.#tooSlow();
      return;
    }
    this.#answerBytes += body.length;
    while (!this.write(start, frames)) await this.room();
    this.#answerBytes -= body.length;
  }

  #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #isFull(): boolean {
    const { writableLength } = this.#stream;
    if (writableLength === 0) this.#messages = 0;
    const { queuedMessages, queuedBytes } = this.#limits;
    return this.#messages >= queuedMessages || writableLength >= queuedBytes;
  }

  /** Resolves when everything that waits now has been written: an empty write behind it is done then. */
  #emptied(): Promise<void> {
    slowClients.add({ outcome: 'waited' });
    return new Promise((resolve) => {
      const stalled = setTimeout(() => this.#tooSlow(), this.#limits.stalledMs).unref();
      const done = () => {
        clearTimeout(stalled);
        this.#socket.off('close', done);
        this.#messages = 0;
        this.#waiting = null;
        resolve();
      };
      this.#socket.once('close', done);
      this.#stream.write(NOTHING, done);
    });
  }

  #tooSlow(): void {
    slowClients.add({ outcome: 'cut off' });
    this.#socket.close(TOO_MUCH, 'Too slow: read faster, then continue after your last cursor');
    setTimeout(() => this.#socket.terminate(), TERMINATE_AFTER_MS).unref();
  }
}
