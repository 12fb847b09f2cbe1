// Loaded into a measured gateway before its own code (`node --import`): tells whoever asks how long its event
// loop stood still since it was asked last.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** A timer of so many milliseconds is what measures; a loop that never stands still is as late. */
const RESOLUTION_MS = 1;
const NANOSECONDS = 1e6;

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const milliseconds = (nanoseconds) => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS);
  process.on('message', () => {
    const p99 = milliseconds(delay.percentile(99));
    process.send?.({ eventLoopDelay: { p99, most: milliseconds(delay.max) } });
    delay.reset();
  });
  process.channel?.unref();
}
