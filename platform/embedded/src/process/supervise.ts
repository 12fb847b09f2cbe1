import { setTimeout as sleep } from 'node:timers/promises';

/** A server that runs as a child of this process. */
export interface ServerChild {
  /** Resolves when it has ended, whoever ended it, to how: an exit code or a signal. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** What happened to a server that was meant to keep running. */
export type ServerChange =
  | { readonly server: string; readonly state: 'ended'; readonly how: string }
  | { readonly server: string; readonly state: 'back'; readonly afterMs: number }
  | { readonly server: string; readonly state: 'failed to start'; readonly error: unknown };

export type OnServerChange = (change: ServerChange) => void;

export interface SuperviseOptions {
  /** For people: `Redis`. */
  readonly server: string;
  /** Resolves when the server takes connections, always at the same address. */
  readonly start: () => Promise<ServerChild>;
  readonly onChange?: OnServerChange;
}

export interface Supervised {
  /** False from the moment the server ended until it takes connections again. */
  readonly running: boolean;
  /** Ends the supervision, and the server with it. May be called twice. */
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;
/** A server that held this long has recovered: the next end is a new story. */
const SETTLED_MS = 30_000;

/**
 * Starts a server and starts it again whenever it ends unasked, after a wait that doubles while it
 * keeps ending. Rejects when the very first start fails: that is for a person to mend.
 */
export async function supervise({
  server,
  start,
  onChange,
}: SuperviseOptions): Promise<Supervised> {
  const stopping = new AbortController();
  let child: ServerChild | null = await start();

  const startAgain = async (firstWaitMs: number): Promise<ServerChild | null> => {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return null;
      try {
        return await start();
      } catch (error) {
        onChange?.({ server, state: 'failed to start', error });
      }
    }
  };

  const watch = async () => {
    let waitMs = FIRST_WAIT_MS;
    while (child) {
      const upSince = Date.now();
      const how = await child.ended;
      if (stopping.signal.aborted) return;
      child = null;
      const endedAt = Date.now();
      onChange?.({ server, state: 'ended', how });
      waitMs =
        endedAt - upSince > SETTLED_MS ? FIRST_WAIT_MS : Math.min(2 * waitMs, LONGEST_WAIT_MS);
      child = await startAgain(waitMs);
      if (!child) return;
      if (stopping.signal.aborted) return child.stop();
      onChange?.({ server, state: 'back', afterMs: Date.now() - endedAt });
    }
  };
  const watching = watch();

  let stopped: Promise<void> | undefined;
  return {
    get running() {
      return child !== null && !stopping.signal.aborted;
    },
    stop: () => {
      stopped ??= (async () => {
        stopping.abort();
        await child?.stop();
        await watching;
      })();
      return stopped;
    },
  };
}
