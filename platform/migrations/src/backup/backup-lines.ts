import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { MigrationError } from '../migration-error.ts';

/** A backup is these, each a line of JSON, compressed as a whole. The first is `souk`, the last `end`. */
export type BackupLine =
  | { readonly souk: 'backup'; readonly version: 1; readonly at: string }
  /** A file of the data folder, such as its secrets. */
  | { readonly file: string; readonly content: string }
  /** What follows is of this database, which had these migrations and days of the event log. */
  | {
      readonly database: string;
      readonly migrations: readonly string[];
      readonly days: readonly string[];
    }
  /** What follows is of this table; its rows are written as PostgreSQL writes a row of all columns. */
  | { readonly table: string; readonly columns: readonly string[] }
  | { readonly rows: readonly string[] }
  | { readonly sequence: string; readonly value: string }
  | { readonly end: true };

/** Writes lines until `close`, no faster than they are taken. */
export function writeBackupLines(target: Writable) {
  const gzip = createGzip();
  const failed = new Promise<never>((_, reject) => {
    gzip.once('error', reject);
    target.once('error', reject);
  });
  failed.catch(() => undefined);
  gzip.pipe(target, { end: false });
  return {
    async write(line: BackupLine): Promise<void> {
      if (!gzip.write(`${JSON.stringify(line)}\n`))
        await Promise.race([once(gzip, 'drain'), failed]);
    },
    async close(): Promise<void> {
      const ended = once(gzip, 'end');
      gzip.end();
      await Promise.race([ended, failed]);
    },
  };
}

/**
 * The lines of a backup.
 *
 * @throws MigrationError BACKUP_UNREADABLE when it is none, or was cut short
 */
export async function* readBackupLines(source: Readable): AsyncGenerator<BackupLine> {
  let last: BackupLine | undefined;
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  try {
    for await (const text of createInterface({
      input: source.pipe(gunzip),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      const line = JSON.parse(text) as BackupLine;
      if (!last && !('souk' in line && line.version === 1))
        throw new Error('its first line is not ours');
      last = line;
      yield line;
    }
    if (gunzip.errored) throw gunzip.errored;
    if (!last || !('end' in last)) throw new Error('it ends before its end');
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code?.startsWith('Z_')) {
      throw unreadable(error);
    }
    if ((error as Error).message.startsWith('it')) throw unreadable(error);
    throw error;
  }
}

const unreadable = (error: unknown) =>
  new MigrationError(
    'BACKUP_UNREADABLE',
    `This is no whole backup of Souk: ${(error as Error).message}.`,
    'Nothing was restored from where it breaks off. Take another copy of the file.',
    error,
  );
