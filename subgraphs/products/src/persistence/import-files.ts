import type { ImportRow } from '../domain/import-file.ts';
import { ImportFileError, type ReadImportFile } from '../domain/import-source.ts';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 10 * 1_024 * 1_024;

/**
 * Reads files where users stores them, by the link that came in their event. `origin` replaces the link's own
 * if products reaches users another way than people do.
 */
export const importFilesAt =
  (origin: string | undefined): ReadImportFile =>
  async (link, { columns, most }) => {
    if (!URL.canParse(link))
      throw new ImportFileError('The file no longer exists. Upload it again.');
    const { pathname, search } = new URL(link);
    const url = origin ? new URL(pathname + search, origin) : new URL(link);
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    if (answer.status >= 400 && answer.status < 500) {
      throw new ImportFileError('The file no longer exists. Upload it again.');
    }
    if (!answer.ok) throw new Error(`The file was answered with ${answer.status}.`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (bytes.length > MAX_BYTES) throw new ImportFileError('The file is larger than 10 MB.');
    return rowsOf(bytes, columns, most);
  };

/** The rows of a CSV file (RFC 4180, UTF-8), with the names of its columns in lower case. */
export async function rowsOf(
  bytes: Buffer,
  columns: readonly string[],
  most: number,
): Promise<ImportRow[]> {
  const { CsvError, parse } = await import('csv-parse');
  let names: string[] = [];
  const parser = parse(bytes, {
    bom: true,
    trim: true,
    skip_empty_lines: true,
    columns: (header: string[]) => {
      names = header.map((name) => name.trim().toLowerCase());
      return names;
    },
  });
  const rows: ImportRow[] = [];
  try {
    for await (const values of parser as AsyncIterable<Record<string, string>>) {
      rows.push({ row: rows.length + 1, values });
      if (rows.length > most) throw new ImportFileError(`A file can have at most ${most} rows.`);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new ImportFileError(error.message);
    throw error;
  }
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new ImportFileError(`Columns are missing: ${missing.join(', ')}.`);
  return rows;
}
