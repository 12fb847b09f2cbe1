import type { ImportRow } from './import-file.ts';

/** A file that cannot be processed, whoever tries. */
export class ImportFileError extends Error {}

export type ReadImportFile = (
  url: string,
  rules: { columns: readonly string[]; most: number },
) => Promise<ImportRow[]>;
