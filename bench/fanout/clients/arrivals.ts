import { isMessage, type RoomPayload } from '../room.ts';

/** Sees to it that every subscriber gets every message once, whole and in order. */
export interface Arrivals {
  /** What follows a message's prefix arrived at a subscriber; `at` in milliseconds. */
  take(subscriber: number, bytes: Buffer, start: number, end: number, at: number): void;
  /** Another subscriber, who is to get every message from this number on. */
  joined(subscriber: number, from: number): void;
  /** The clients that have not got the message of this number. */
  missing(number: number): number;
  /** What was wrong with an arrival, in words. */
  readonly faults: readonly string[];
  readonly faultCount: number;
  /** Bytes of the payload that arrived last. */
  readonly payloadBytes: number;
}

export interface ArrivalsOptions {
  /** At most this many subscribers. */
  readonly capacity: number;
  payloadOf(text: string): RoomPayload;
  /** Everybody who is in the room has this message; when it came to each, in milliseconds. */
  onAll(number: number, at: Float64Array): void;
}

const MAX_FAULTS_TOLD = 5;

/**
 * The next message is only said when all have the last, so a subscriber's n-th frame must be the
 * room's n-th message. The first to get it has it read; the same bytes are the same message.
 */
export function createArrivals({ capacity, payloadOf, onAll }: ArrivalsOptions): Arrivals {
  const last = new Int32Array(capacity);
  const arrivedAt = new Float64Array(capacity);
  const faults: string[] = [];
  let faultCount = 0;
  let people = 0;
  let number = 0;
  let left = 0;
  let frame = Buffer.alloc(0);
  let payloadBytes = 0;

  const wrong = (subscriber: number, expected: number, text: string): void => {
    faultCount += 1;
    if (faults.length < MAX_FAULTS_TOLD) {
      faults.push(`subscriber ${subscriber} got, for message ${expected}: ${text}`);
    }
  };
  /** Whether it is this message; if its first arrival, what all others are compared with. */
  const isExpected = (expected: number, bytes: Buffer, start: number, end: number): boolean => {
    if (expected === number && frame.compare(bytes, start, end) === 0) return true;
    const payload = readPayload(bytes.toString('utf8', start, end));
    if (!payload || !isMessage(payload, expected)) return false;
    if (expected !== number) {
      number = expected;
      left = people;
      frame = Buffer.from(bytes.subarray(start, end));
      payloadBytes = Buffer.byteLength(JSON.stringify(payload));
    }
    return true;
  };
  const readPayload = (text: string): RoomPayload | null => {
    try {
      return payloadOf(text);
    } catch {
      return null;
    }
  };

  return {
    take: (subscriber, bytes, start, end, at) => {
      const expected = (last[subscriber] as number) + 1;
      if (!isExpected(expected, bytes, start, end)) {
        wrong(subscriber, expected, bytes.toString('utf8', start, end));
        return;
      }
      last[subscriber] = expected;
      arrivedAt[subscriber] = at;
      left -= 1;
      if (left === 0) onAll(number, arrivedAt);
    },
    joined: (subscriber, from) => {
      people += 1;
      last[subscriber] = from - 1;
    },
    missing: (of) => last.subarray(0, people).filter((one) => one < of).length,
    faults,
    get faultCount() {
      return faultCount;
    },
    get payloadBytes() {
      return payloadBytes;
    },
  };
}
