import { badInput, checkAll, type MoneyInput } from '@souk/runtime/domain';
import { checkedQuantities, type LineQuantity } from './line-quantities.ts';

export interface RefundForm {
  lines?: readonly LineQuantity[] | null;
  amount?: MoneyInput | null;
}

/** What can be seen of a refund without looking at the order. */
export function assertRefund({ lines, amount }: RefundForm): void {
  checkAll({
    lines: () => {
      if (lines != null) checkedQuantities(lines);
      else if (amount == null)
        throw badInput('Give lines, an amount, or both.', ['input', 'lines']);
    },
    amount: () => {
      if (amount != null && !(amount.minorUnits > 0)) {
        throw badInput('Give more than nothing.', ['input', 'amount', 'minorUnits']);
      }
    },
  });
}
