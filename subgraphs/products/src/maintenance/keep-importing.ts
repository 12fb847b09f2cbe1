import { type JobWorker, repeatWork } from '@souk/runtime/backplane';
import type { Logger } from '@souk/runtime/process';
import type { ReadImportFile } from '../domain/import-source.ts';
import type { ProductsDeps } from '../use-cases/deps.ts';
import { runNextImport } from '../use-cases/run-imports.ts';

/** People watch the progress of a file that they have just uploaded. */
const EVERY_MS = 1_000;

/** Repeatedly looks for waiting import files. */
export const keepImporting = (
  deps: ProductsDeps,
  readFile: ReadImportFile,
  logger: Logger,
): JobWorker =>
  repeatWork(
    [
      {
        everyMs: EVERY_MS,
        round: async (stopping) => {
          while (!stopping.aborted && (await runNextImport(deps, readFile, stopping)));
        },
        failure: 'an import could not go on',
      },
    ],
    logger,
  );
