import type { EncodedEvent } from '../../subscriptions/encoded-event.ts';
import type { LiveSink } from '../../subscriptions/live-sink.ts';
import { eventsWritten } from '../stream-metrics.ts';
import type { SendQueue } from './send-queue.ts';
import { type FrameStart, TextFrames } from './text-frames.ts';

/** The beginning of an operation's `next` messages. */
export function nextOf(id: string): FrameStart {
  const text = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return { text, bytes: Buffer.byteLength(text) };
}

/** Writes events as `next` messages of a subscription. It is also the `FrameStart` of these messages. */
export class NextMessages implements LiveSink, FrameStart {
  readonly text: string;
  readonly bytes: number;
  sent = 0;
  readonly #sendQueue: SendQueue;

  constructor(id: string, sendQueue: SendQueue) {
    const { text, bytes } = nextOf(id);
    this.text = text;
    this.bytes = bytes;
    this.#sendQueue = sendQueue;
  }

  write(event: EncodedEvent): boolean {
    const isWritten = this.#sendQueue.write(this, event.as(framesOf));
    if (isWritten) {
      this.sent += 1;
      eventsWritten.websocket.count += 1;
    }
    return isWritten;
  }

  room(): Promise<void> {
    return this.#sendQueue.room();
  }
}

const framesOf = ({ json }: EncodedEvent) => new TextFrames(Buffer.from(json), '}');
