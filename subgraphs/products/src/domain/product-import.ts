export type ImportStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';

/** A file of products that is read row by row. */
export interface ProductImport {
  id: string;
  sellerId: string;
  mediaId: string;
  fileName: string;
  requestedBy: string;
  status: ImportStatus;
  /** Null until the file was read for the first time. */
  totalRows: number | null;
  /** Rows up to this one are done; whoever goes on begins behind it. */
  doneRows: number;
  /** How often the rows behind them failed without a reason that could be given. */
  tries: number;
  accepted: number;
  refused: number;
  failure: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

/** Why a row was refused. */
export interface ImportRefusal {
  importId: string;
  row: number;
  /** Counts what is wrong with a row. */
  position: number;
  column: string | null;
  code: string;
  message: string;
}

export const progressOf = ({ status, totalRows, doneRows }: ProductImport): number | null => {
  if (status === 'SUCCEEDED') return 1;
  return totalRows === null ? null : totalRows === 0 ? 1 : doneRows / totalRows;
};
