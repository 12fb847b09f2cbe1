import type { PricedItem } from '../../domain/priced-item.ts';
import { dependsOnTree } from '../../domain/selling/commission.ts';
import type { OrdersTransaction } from '../deps.ts';
import type { SaleKnowledge } from './quote-cart.ts';

/** The sellers of the goods; the nesting of categories is read only if it affects somebody's commission. */
export async function saleKnowledgeOf(
  { sellers, categoryTree }: Pick<OrdersTransaction, 'sellers' | 'categoryTree'>,
  items: readonly Pick<PricedItem, 'sellerId'>[],
): Promise<SaleKnowledge> {
  const known = await sellers.findMany([...new Set(items.map(({ sellerId }) => sellerId))]);
  return {
    sellers: new Map(known.map((seller) => [seller.id, seller])),
    tree: dependsOnTree(known) ? await categoryTree.find() : new Map(),
  };
}
