import { setTimeout as delay } from 'node:timers/promises';
import type { Viewer } from '@souk/runtime/domain';
import type { Processes } from './many-processes.ts';

export interface Heard {
  roomId: string;
  messages: { sequence: number; text: string }[];
}

export interface Reader {
  readonly roomId: string;
  /** Waits until it has come to this message, by whatever ways; then it stops. */
  heardUpTo(sequence: number): Promise<Heard>;
}

interface Following {
  roomId: string;
  after: string;
  viewer: Viewer;
}

const FOLLOW = `subscription ($roomId: ID!, $after: EventCursor) {
  roomEvents(roomId: $roomId, after: $after) { __typename ... on StreamEvent { cursor }
    ... on MessagePosted { message { sequence text } } } }`;

/** A client that goes on after the last event it was sent, on whichever process there is. */
export const resumingReader = (processes: Processes, following: Following): Reader =>
  follow(processes, following, { resumes: true });

/** The naive client: once its connection is gone it follows what comes from then on. */
export const forgetfulReader = (processes: Processes, following: Following): Reader =>
  follow(processes, following, { resumes: false });

interface Item {
  data?: {
    roomEvents?: {
      __typename: string;
      cursor: string;
      message?: { sequence: number; text: string };
    };
  };
}

function follow(
  processes: Processes,
  { roomId, after, viewer }: Following,
  { resumes }: { resumes: boolean },
): Reader {
  const messages: Heard['messages'] = [];
  let cursor: string | null = after;
  let wanted = Number.POSITIVE_INFINITY;
  let current: AsyncIterator<Item> | null = null;
  const isThere = () => (messages.at(-1)?.sequence ?? 0) >= wanted;
  const connect = async () => {
    const variables = { roomId, after: cursor };
    const identity = { viewer, requestId: 'test' };
    const items = await processes.any().subscribe({ query: FOLLOW, variables, identity });
    if (!(Symbol.asyncIterator in items)) return;
    const iterator = (items as AsyncIterable<Item>)[Symbol.asyncIterator]();
    current = iterator;
    // Connections are cut at any moment, also of processes that go on.
    const cut = setTimeout(() => iterator.return?.().catch(() => {}), 50 + Math.random() * 400);
    for (let next = await iterator.next(); !next.done && !isThere(); next = await iterator.next()) {
      const event = next.value.data?.roomEvents;
      if (event) cursor = event.cursor;
      if (event?.message) messages.push(event.message);
    }
    clearTimeout(cut);
    await iterator.return?.();
  };
  const running = (async () => {
    while (!isThere()) {
      await connect().catch(() => {});
      if (!resumes) {
        cursor = null;
        await delay(50);
        if (wanted !== Number.POSITIVE_INFINITY) return;
      }
    }
  })();
  return {
    roomId,
    heardUpTo: async (sequence) => {
      wanted = sequence;
      if (isThere()) await current?.return?.();
      await running;
      return { roomId, messages };
    },
  };
}
