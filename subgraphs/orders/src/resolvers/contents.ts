import type { Context } from '../context.ts';

/** Quantities of lines, with the lines themselves. */
export const contentsOf = (
  lines: readonly { orderLineId: string; quantity: number }[],
  { loaders }: Context,
) =>
  Promise.all(
    lines.map(async ({ orderLineId, quantity }) => {
      const line = await loaders.line.load(orderLineId);
      if (!line) throw new Error(`There is no line ${orderLineId}.`);
      return { line, quantity };
    }),
  );

/** The part that something belongs to. */
export async function partOf(sellerOrderId: string, { loaders }: Context) {
  const part = await loaders.sellerOrder.load(sellerOrderId);
  if (!part) throw new Error(`There is no part ${sellerOrderId}.`);
  return part;
}
