import { badInput, checkAll, checkEach, checkedWhole, isIdOf } from '@souk/runtime/domain';
import { insufficientStock, notOnSale, variantNotFound } from '../errors.ts';
import type { PricedItem } from '../priced-item.ts';
import { MAX_QUANTITY } from '../requested-lines.ts';
import { type Cart, type CartLine, MAX_CART_LINES } from './cart.ts';
import { isOffered, isShort } from './line-problem.ts';

export interface CartLineInput {
  variantId: string;
  quantity: number;
}

/** Lines that may be set, whatever the catalogue says about them. */
export function checkedCartLines(
  inputs: readonly CartLineInput[],
  path: readonly string[] = ['lines'],
): void {
  if (inputs.length > MAX_CART_LINES) {
    throw badInput(`A cart can have at most ${MAX_CART_LINES} lines.`, path);
  }
  const seen = new Set<string>();
  checkEach(inputs, ({ variantId, quantity }, index) =>
    checkAll({
      variantId: () => {
        const at = [...path, index, 'variantId'];
        if (!isIdOf('var', variantId)) throw variantNotFound(at);
        if (seen.has(variantId)) throw badInput('Give one line for each variant.', at);
        seen.add(variantId);
      },
      quantity: () =>
        checkedWhole(quantity, [...path, index, 'quantity'], { min: 0, max: MAX_QUANTITY }),
    }),
  );
}

/**
 * The lines of a cart after some were set to given quantities; 0 removes one. Setting the same again changes
 * nothing. An added variant must be for sale; a removed one need not even exist.
 */
export function withLines(
  lines: readonly CartLine[],
  inputs: readonly CartLineInput[],
  items: ReadonlyMap<string, PricedItem>,
  newLine: (input: CartLineInput, item: PricedItem) => CartLine,
  path: readonly string[] = ['lines'],
): CartLine[] {
  const byVariant = new Map(lines.map((line) => [line.variantId, line]));
  checkEach(inputs, (input, index) => {
    const { variantId, quantity } = input;
    const known = byVariant.get(variantId);
    if (quantity === 0) {
      byVariant.delete(variantId);
      return;
    }
    if (known?.quantity === quantity) return;
    const item = items.get(variantId);
    if (!isOffered(item)) throw variantNotFound([...path, index, 'variantId']);
    const { title, available } = item;
    if (item.status !== 'ACTIVE') throw notOnSale(title, [...path, index, 'variantId']);
    // A smaller quantity than before is a step towards what is available.
    if (isShort(quantity, item) && quantity > (known?.quantity ?? 0)) {
      const shortage = { variantId, title, available: available ?? 0 };
      throw insufficientStock(shortage, [...path, index, 'quantity']);
    }
    byVariant.set(variantId, known ? { ...known, quantity } : newLine(input, item));
  });
  if (byVariant.size > MAX_CART_LINES) {
    throw badInput(`A cart can have at most ${MAX_CART_LINES} lines.`, path);
  }
  return [...byVariant.values()];
}

/** The currency of a cart: that of its first line, or the default as long as it is empty. */
export const currencyWith = (
  { currency, lines }: Pick<Cart, 'currency' | 'lines'>,
  after: readonly CartLine[],
): string => (lines.length === 0 && after[0] ? after[0].currency : currency);
