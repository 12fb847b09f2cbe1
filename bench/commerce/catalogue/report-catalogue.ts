import type { MeasuredRead } from './measure-reads.ts';

/** A first page takes no longer than this, however many products there are. */
const FIRST_PAGE_MS = 50;

/** The figures as a table of Markdown, and whether what is promised of them holds. */
export function reportCatalogue(measured: readonly MeasuredRead[]): string {
  const sizes = [...new Set(measured.map(({ products }) => products))];
  const reads = [...new Set(measured.map(({ read }) => read))];
  const cell = (read: string, products: number) => {
    const found = measured.find((one) => one.read === read && one.products === products);
    return found ? `${found.medianMs.toFixed(1)} (${found.slowMs.toFixed(1)})` : '';
  };
  const rows = [
    ['milliseconds, median (95 %)', ...sizes.map((size) => size.toLocaleString('en'))],
    ['---', ...sizes.map(() => '---:')],
    ...reads.map((read) => [read, ...sizes.map((size) => cell(read, size))]),
  ];
  const table = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const first = measured.filter(({ read }) => read === 'first page');
  const holds = first.every(({ medianMs }) => medianMs < FIRST_PAGE_MS);
  return `\n${table}\n\nFirst page under ${FIRST_PAGE_MS} ms at each size: ${holds ? 'yes' : 'NO'}\n`;
}
