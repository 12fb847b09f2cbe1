import type { LiveStreams } from '@souk/runtime/events';

/** The naive way: a stream that was taken out of a set is not begun with again. */
export const loseWhoComesBack = (live: LiveStreams): LiveStreams => ({
  ...live,
  followSet: (stopped) => {
    const set = live.followSet(stopped);
    const removed = new Set<string>();
    return {
      watch: set.watch,
      start: (stream, after, head) => {
        if (!removed.has(stream)) set.start(stream, after, head);
      },
      remove: (stream) => {
        removed.add(stream);
        set.remove(stream);
      },
      get isSettled() {
        return set.isSettled;
      },
      next: set.next,
      close: set.close,
    };
  },
});
