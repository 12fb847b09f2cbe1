import type { FormChecks } from '@souk/runtime/domain';
import { checkedLines, type OrderLineInput } from './requested-lines.ts';

/** What the domain checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  placeOrder: ({ input }: { input: { lines: readonly OrderLineInput[] } }) =>
    checkedLines(input.lines),
};
