import type { ImportRow } from './import-file.ts';

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
  /** Rows up to this one are done; a worker continues after it. */
  doneRows: number;
  /** How often the following rows failed without a reason that could be given. */
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
  /** Counts the mistakes in a row. */
  position: number;
  column: string | null;
  code: string;
  message: string;
}

export const progressOf = ({ status, totalRows, doneRows }: ProductImport): number | null => {
  if (status === 'SUCCEEDED') return 1;
  return totalRows === null ? null : totalRows === 0 ? 1 : doneRows / totalRows;
};

const COLUMN_OF: Readonly<Record<string, string>> = {
  compareAtPrice: 'compare_at_price',
  unitCost: 'unit_cost',
  weightGrams: 'weight_grams',
  openingStock: 'stock',
  lowStockThreshold: 'low_stock_threshold',
  inventoryPolicy: 'inventory_policy',
  selectedOptions: 'option1_value',
  categoryIds: 'categories',
};
const COLUMNS = new Set(['title', 'description', 'status', 'sku', 'price', 'currency', 'slug']);

/** For a mistake in a row or in the product described by rows: its row and column. */
export function placeInFile(
  path: readonly string[],
  rows: readonly ImportRow[],
): Pick<ImportRefusal, 'row' | 'column'> {
  const [row = '', column = null] = path;
  const first = rows[0]?.row ?? 0;
  if (/^\d+$/.test(row)) return { row: Number(row), column };
  const place = path.indexOf('variants');
  const variant = place < 0 ? undefined : rows[Number(path[place + 1])];
  const names = path.map((part) => COLUMN_OF[part] ?? part);
  const known = names.find((name) => COLUMNS.has(name) || Object.values(COLUMN_OF).includes(name));
  return { row: variant?.row ?? first, column: known ?? null };
}
