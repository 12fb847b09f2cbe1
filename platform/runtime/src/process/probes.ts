import { within } from '../async/within.ts';

/** What an orchestrator asks a process. */
export interface Probes {
  /** Rejects while the process cannot do its work. */
  ready(): Promise<void>;
  /** Names what is away although the process works without it, by the rules of docs/operations.md. */
  away?(): Promise<readonly string[]>;
  /** True from the moment it was asked to stop: it should get no new work. */
  draining(): boolean;
}

/** Why a process cannot do its work: the things it needs and cannot reach, by the names of `away`. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
  readonly away: readonly string[];

  constructor(away: readonly string[]) {
    super(`Away: ${away.join(', ')}`);
    this.away = away;
  }
}

/** The `ready` of a process with these needs: checks all at once, and names those that do not answer. */
export const needing =
  (needs: Readonly<Record<string, () => Promise<void>>>) => async (): Promise<void> => {
    const asked = await Promise.all(
      Object.entries(needs).map(([name, answers]) =>
        within(NEED_WITHIN_MS, answers(), tooLate).then(
          () => [],
          () => [name],
        ),
      ),
    );
    const away = asked.flat();
    if (away.length > 0) throw new NotReady(away);
  };

/** Below the limit for the whole, so that the answer can name what was late. */
const NEED_WITHIN_MS = 2_000;

/** A database that does not answer within this time counts as away. */
const READY_WITHIN_MS = 3_000;

/**
 * `/livez` checks nothing: if it asked the database, every process would be restarted when the database is
 * away. `/readyz` does check. Null for any other path.
 */
export async function probeAnswer(path: string, { ready, draining, away }: Probes) {
  if (path === '/livez') return { status: 200, body: { status: 'alive' } };
  if (path !== '/readyz') return null;
  if (draining()) return { status: 503, body: { status: 'draining' } };
  try {
    await within(READY_WITHIN_MS, ready(), tooLate);
    const missing = (await away?.()) ?? [];
    // Still 200: every process misses the same, and if none stayed in rotation, nobody would be served.
    return missing.length > 0
      ? { status: 200, body: { status: 'degraded', away: missing } }
      : { status: 200, body: { status: 'ready' } };
  } catch (error) {
    const missing = error instanceof NotReady ? { away: error.away } : {};
    return { status: 503, body: { status: 'not ready', ...missing } };
  }
}

/** The `away` of a process that uses a backplane. */
export const redisAway =
  ({ ping }: { ping(): Promise<void> }) =>
  async (): Promise<string[]> => {
    try {
      await ping();
      return [];
    } catch {
      return ['redis'];
    }
  };

const tooLate = (): never => {
  throw new Error('too late');
};
