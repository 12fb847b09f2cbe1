import type { OnServerChange, ServerChange } from '@souk/embedded';

/** Tells the person at the terminal that a server ended and is back: one line each, once per end. */
export function serverChangeTeller(write: (line: string) => void = console.error): OnServerChange {
  const failing = new Set<string>();
  return (change) => {
    const line = lineOf(change, failing);
    if (line) write(`  ${line}`);
  };
}

function lineOf(change: ServerChange, failing: Set<string>): string | null {
  const { server } = change;
  switch (change.state) {
    case 'ended':
      failing.delete(server);
      return `${server} has ended (${change.how}); it is being started again.`;
    case 'back':
      failing.delete(server);
      return `${server} is back after ${(change.afterMs / 1_000).toFixed(1)} s.`;
    case 'failed to start': {
      if (failing.has(server)) return null;
      failing.add(server);
      const reason = change.error instanceof Error ? change.error.message : String(change.error);
      return `${server} does not start, and is tried again until it does: ${reason.split('\n')[0]}`;
    }
  }
}
