import type { FormChecks } from '@souk/runtime/domain';
import { type CartLineInput, checkedCartLines } from './cart/set-lines.ts';
import { checkedLines, type OrderLineInput } from './requested-lines.ts';

/** What the domain checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createCart: ({ lines }: { lines?: readonly CartLineInput[] | null }) =>
    checkedCartLines(lines ?? []),
  setCartLines: ({ lines }: { lines: readonly CartLineInput[] }) => checkedCartLines(lines),
  placeOrder: ({ input }: { input: { lines: readonly OrderLineInput[] } }) =>
    checkedLines(input.lines),
};
