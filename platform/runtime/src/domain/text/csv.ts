import { decimalOf, type Money } from '../money/money.ts';

/** A cell of a table: a number is written as it is, money as a decimal number, null as nothing. */
export type CsvCell = string | number | Money | null;

/** What a spreadsheet would take for a formula, and run; those of Japanese locales take the wide forms, too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** A row of a CSV file (RFC 4180). What people wrote is never a formula of whoever opens it. */
export const csvRow = (cells: readonly CsvCell[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return decimalOf(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
