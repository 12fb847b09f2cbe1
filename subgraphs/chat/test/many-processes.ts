import { setTimeout as delay } from 'node:timers/promises';
import type { Backplane } from '@souk/runtime/backplane';
import { newId, systemClock, type Viewer } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import type { Subgraph } from '@souk/runtime/subgraph';
import { createChatSubgraph } from '../src/index.ts';
import { SEND, type TestChat, UNHINDERED } from './chat.ts';

/** One process went away, and another came in its place. */
export interface Crash {
  at: Date;
}

/** Several processes of chat over one database; which one answers, and for how long, nobody knows. */
export interface Processes {
  /** One that is there now. */
  any(): Subgraph;
  /** As a client that is not answered does it: again, with the same id, until it is. */
  send(input: object, viewer: Viewer): Promise<{ sequence: number }>;
  /** Ends one while it works, and starts another. */
  crash(): Promise<Crash>;
  close(): Promise<void>;
}

/** A third of all hints between processes is lost. */
const losing = (backplane: Backplane): Backplane => ({
  ...backplane,
  pubsub: {
    ...backplane.pubsub,
    publish: async (topic, payload) => {
      if (Math.random() > 0.33) await backplane.pubsub.publish(topic, payload);
    },
  },
});

export async function manyProcesses(chat: TestChat, count: number): Promise<Processes> {
  const start = () =>
    createChatSubgraph({
      config: UNHINDERED,
      databaseUrl: chat.databaseUrl,
      backplane: losing(chat.backplane),
      cursorSecret: 'a secret for tests, long enough for anyone',
      logger: silentLogger,
      clock: systemClock,
      newId,
    });
  const running = await Promise.all(Array.from({ length: count }, start));
  const any = () => running[Math.floor(Math.random() * running.length)] as Subgraph;
  const send = async (input: object, viewer: Viewer): Promise<{ sequence: number }> => {
    for (;;) {
      const identity = { viewer, requestId: 'test' };
      const answer = await any()
        .execute({ query: SEND, variables: { input }, identity })
        .catch(() => null);
      // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
      const { message } = (answer?.data as any)?.sendMessage ?? {};
      if (message) return message;
      await delay(20);
    }
  };
  return {
    any,
    send,
    crash: async () => {
      await delay(100);
      const [gone] = running.splice(Math.floor(Math.random() * running.length), 1, await start());
      await gone?.close();
      return { at: new Date() };
    },
    close: async () => {
      await Promise.all(running.map((one) => one.close()));
    },
  };
}
