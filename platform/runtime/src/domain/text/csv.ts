import { decimalOf, type Money } from '../money/money.ts';

/** A cell of a table: a number is written as it is, money as a decimal number, null as nothing. */
export type CsvCell = string | number | Money | null;

/** What a spreadsheet would execute as a formula; those of Japanese locales accept the wide forms, too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** A row of a CSV file (RFC 4180). Text that people wrote never becomes a formula. */
export const csvRow = (cells: readonly CsvCell[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return decimalOf(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
