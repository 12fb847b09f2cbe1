import type { KeyedSemaphore } from '@souk/runtime/persistence';

/** Nobody waits for a turn: each takes a connection first, and waits for its lock with it. */
export const WAITING_WITH_CONNECTION: KeyedSemaphore = {
  waiting: 0,
  hold: () => ({
    acquire: async () => {},
    tryAcquire: () => true,
    force: () => {},
    release: () => {},
  }),
};
