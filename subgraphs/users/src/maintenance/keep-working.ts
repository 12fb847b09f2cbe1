import { type JobWorker, repeatWork } from '@souk/runtime/backplane';
import { MINUTE_MS } from '@souk/runtime/domain';
import type { UsersDeps } from '../use-cases/deps.ts';
import { eraseDueAccounts } from '../use-cases/erase-account.ts';
import { finishExports } from '../use-cases/finish-exports.ts';
import { keepEndedSessionsKnown } from './keep-ended-sessions-known.ts';
import { removeAbandoned, removeLeftOriginals } from './remove-abandoned-uploads.ts';
import { removeOldExports } from './remove-old-exports.ts';

/** The longest delay of a file once every subgraph has answered. */
const EXPORTS_EVERY_MS = 2_000;

/** What users does in the background besides its consumers. */
export function keepWorking(deps: UsersDeps): JobWorker {
  const { endedSessions, files, clock, logger } = deps;
  const { exports, media, sessions } = deps.reads;
  return repeatWork(
    [
      keepEndedSessionsKnown({ sessions, endedSessions, clock }),
      {
        everyMs: 10 * MINUTE_MS,
        round: (stopping) => removeAbandoned({ media, files, clock }, stopping),
        failure: 'could not remove abandoned uploads',
      },
      {
        everyMs: 10 * MINUTE_MS,
        round: (stopping) => removeLeftOriginals({ media, files, clock }, stopping),
        failure: 'could not remove originals of uploads',
      },
      {
        everyMs: 10 * MINUTE_MS,
        round: (stopping) => removeOldExports({ exports, media, files, clock }, stopping),
        failure: 'could not remove old exports of accounts',
      },
      {
        everyMs: MINUTE_MS,
        // Those that became due while no worker ran have waited long enough.
        atOnce: true,
        round: (stopping) => eraseDueAccounts(deps, stopping),
        failure: 'could not erase accounts whose grace is over',
      },
      {
        everyMs: EXPORTS_EVERY_MS,
        round: (stopping) => finishExports(deps, undefined, stopping),
        failure: 'could not finish exports of accounts',
      },
    ],
    logger,
  );
}
