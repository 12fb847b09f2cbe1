import type { DomainError } from '@souk/runtime/domain';
import type { ShownLine } from '../../domain/cart/shown-line.ts';
import { insufficientStock } from '../../domain/errors.ts';
import type { PricedItem } from '../../domain/priced-item.ts';

/** Lines for which our copy shows too little stock, although shoppers are not shown how much there is. */
export const shortagesInCart = (
  lines: readonly ShownLine[],
  items: ReadonlyMap<string, PricedItem>,
  unsureOf: ReadonlySet<string>,
): DomainError[] =>
  lines.flatMap(({ variantId, quantity, title, problem }) => {
    const available = items.get(variantId)?.available ?? null;
    if (problem !== null || available === null || unsureOf.has(variantId)) return [];
    return available >= quantity
      ? []
      : [insufficientStock({ variantId, title, available }, ['input', 'cartId'])];
  });
