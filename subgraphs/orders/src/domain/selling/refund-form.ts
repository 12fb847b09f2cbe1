import { badInput, checkAll, type MoneyInput } from '@souk/runtime/domain';
import { checkedQuantities, type LineQuantity } from './line-quantities.ts';

export interface RefundForm {
  lines?: readonly LineQuantity[] | null;
  amount?: MoneyInput | null;
}

/** The checks of a refund that do not need the order. */
export function assertRefund({ lines, amount }: RefundForm): void {
  checkAll({
    lines: () => {
      if (lines != null) checkedQuantities(lines);
      else if (amount == null)
        throw badInput('Give lines, an amount, or both.', ['input', 'lines']);
    },
    amount: () => {
      if (amount != null && !(amount.minorUnits > 0)) {
        throw badInput('The amount must be above zero.', ['input', 'amount', 'minorUnits']);
      }
    },
  });
}
