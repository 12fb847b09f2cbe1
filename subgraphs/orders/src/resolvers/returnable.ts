import type { Context } from '../context.ts';
import { mayRequestReturn } from '../domain/selling/part-actions.ts';

/**
 * Whether the buyer of a part may return something from it; read in batches, for all parts of a list at once.
 */
export async function isReturnable(
  sellerOrderId: string,
  { loaders }: Pick<Context, 'loaders'>,
): Promise<boolean> {
  const lines = await loaders.linesOfSellerOrder.load(sellerOrderId);
  if (!lines.some(({ shippedQuantity }) => shippedQuantity > 0)) return false;
  return mayRequestReturn(lines, await loaders.returnsOfPart.load(sellerOrderId));
}
