import {
  badInput,
  checkAll,
  checkEach,
  checkedWhole,
  isIdOf,
  isSameMoney,
  type MoneyInput,
} from '@souk/runtime/domain';
import { variantNotFound } from './errors.ts';

export const MAX_QUANTITY = 999;
export const MAX_LINES = 100;

export interface OrderLineInput {
  variantId: string;
  quantity: number;
  expectedUnitPrice?: MoneyInput | null;
}

/** The requested quantity of one variant. */
export interface RequestedLine {
  variantId: string;
  quantity: number;
  expectedUnitPrice: MoneyInput | null;
  /** Where it first occurs in the input. */
  path: readonly (string | number)[];
}

/** The lines, checked, with those of the same variant added up. */
export function checkedLines(inputs: readonly OrderLineInput[]): RequestedLine[] {
  const path = ['input', 'lines'];
  if (inputs.length < 1 || inputs.length > MAX_LINES) {
    throw badInput(`An order can have 1 to ${MAX_LINES} lines.`, path);
  }
  const checked = checkEach(inputs, (input, index) => checkedLine(input, [...path, index]));
  const lines = new Map<string, RequestedLine>();
  for (const line of checked) {
    const known = lines.get(line.variantId);
    lines.set(line.variantId, known ? sumOf(known, line) : line);
  }
  return [...lines.values()];
}

function checkedLine(
  { variantId, quantity, expectedUnitPrice = null }: OrderLineInput,
  path: readonly (string | number)[],
): RequestedLine {
  checkAll({
    variantId: () => {
      if (!isIdOf('var', variantId)) throw variantNotFound([...path, 'variantId']);
    },
    quantity: () => checkedWhole(quantity, [...path, 'quantity'], { min: 1, max: MAX_QUANTITY }),
  });
  return { variantId, quantity, expectedUnitPrice, path };
}

function sumOf(known: RequestedLine, more: RequestedLine): RequestedLine {
  const quantity = known.quantity + more.quantity;
  if (quantity > MAX_QUANTITY) {
    throw badInput(`At most ${MAX_QUANTITY} of one variant.`, [...more.path, 'quantity']);
  }
  const expectedUnitPrice = known.expectedUnitPrice ?? more.expectedUnitPrice;
  if (
    expectedUnitPrice &&
    more.expectedUnitPrice &&
    !isSameMoney(expectedUnitPrice, more.expectedUnitPrice)
  ) {
    throw badInput('All lines of one variant must have the same price.', [
      ...more.path,
      'expectedUnitPrice',
    ]);
  }
  return { ...known, quantity, expectedUnitPrice };
}
