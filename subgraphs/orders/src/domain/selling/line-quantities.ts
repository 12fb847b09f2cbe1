import {
  badInput,
  checkAll,
  checkEach,
  checkedWhole,
  isIdOf,
  notFound,
} from '@souk/runtime/domain';
import type { OrderLine } from '../order.ts';
import { MAX_LINES, MAX_QUANTITY } from '../requested-lines.ts';

/** A quantity of a line. */
export interface LineQuantity {
  lineId: string;
  quantity: number;
}

type Path = readonly string[];

const lineNotFound = (path: readonly (string | number)[]) => notFound('OrderLine', path);

/** Quantities that are valid by themselves. */
export function checkedQuantities(
  inputs: readonly LineQuantity[],
  path: Path = ['input', 'lines'],
): void {
  if (inputs.length < 1 || inputs.length > MAX_LINES) {
    throw badInput(`Give 1 to ${MAX_LINES} lines.`, path);
  }
  const seen = new Set<string>();
  checkEach(inputs, ({ lineId, quantity }, index) =>
    checkAll({
      lineId: () => {
        const at = [...path, index, 'lineId'];
        if (!isIdOf('oln', lineId)) throw lineNotFound(at);
        if (seen.has(lineId)) throw badInput('Give each line once.', at);
        seen.add(lineId);
      },
      quantity: () =>
        checkedWhole(quantity, [...path, index, 'quantity'], { min: 1, max: MAX_QUANTITY }),
    }),
  );
}

/** The lines, each with its quantity; throws for unknown lines, and for quantities that are too large. */
export function withQuantities(
  inputs: readonly LineQuantity[],
  lines: readonly OrderLine[],
  mostOf: (line: OrderLine) => number,
  path: Path = ['input', 'lines'],
): { line: OrderLine; quantity: number }[] {
  return checkEach(inputs, ({ lineId, quantity }, index) => {
    const line = lines.find(({ id }) => id === lineId);
    if (!line) throw lineNotFound([...path, index, 'lineId']);
    const most = mostOf(line);
    if (quantity > most) {
      throw badInput(`At most ${most} of ${line.title}.`, [...path, index, 'quantity']);
    }
    return { line, quantity };
  });
}
