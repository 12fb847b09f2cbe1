import {
  assertExactlyOne,
  badInput,
  checkAll,
  checkedWhole,
  type MoneyInput,
} from '@souk/runtime/domain';
import { canonicalDiscountCode, type DiscountCode } from './discount.ts';

export interface CreateDiscountCodeInput {
  code: string;
  basisPoints?: number | null;
  amount?: MoneyInput | null;
  minimum?: MoneyInput | null;
  startsAt?: Date | null;
  endsAt?: Date | null;
  uses?: number | null;
}

const CODE = /^[A-Z0-9][A-Z0-9-]{1,38}[A-Z0-9]$/;
const MOST = 1_000_000_000;

/** The code as it is stored; throws all its mistakes. */
export function checkedDiscount(input: CreateDiscountCodeInput): DiscountCode {
  const { basisPoints, amount, minimum, startsAt = null, endsAt = null, uses } = input;
  const code = canonicalDiscountCode(input.code);
  const at = (field: string) => ['input', field];
  const among = (value: number | null | undefined, field: string, max: number, min = 1) =>
    value == null ? null : checkedWhole(value, at(field), { min, max });
  checkAll({
    code: () => {
      if (!CODE.test(code)) throw badInput('3 to 40 letters, digits and dashes.', at('code'));
    },
    one: () => assertExactlyOne({ basisPoints, amount }, ['input']),
    basisPoints: () => among(basisPoints, 'basisPoints', 10_000),
    amount: () =>
      amount &&
      checkedWhole(amount.minorUnits, [...at('amount'), 'minorUnits'], { min: 1, max: MOST }),
    minimum: () =>
      minimum &&
      checkedWhole(minimum.minorUnits, [...at('minimum'), 'minorUnits'], { min: 0, max: MOST }),
    currency: () => {
      if (amount && minimum && amount.currency !== minimum.currency) {
        throw badInput(`The currency must be that of the amount, ${amount.currency}.`, [
          ...at('minimum'),
          'currency',
        ]);
      }
    },
    uses: () => among(uses, 'uses', MOST),
    endsAt: () => {
      if (startsAt && endsAt && endsAt <= startsAt) {
        throw badInput('The end must be after the start.', at('endsAt'));
      }
    },
  });
  return {
    code,
    startsAt,
    endsAt,
    uses: uses ?? null,
    used: 0,
    isUsedByBuyer: false,
    basisPoints: basisPoints ?? null,
    amountMinor: amount?.minorUnits ?? null,
    // An adequate minimum in one currency may be nothing in another.
    currency: amount?.currency ?? minimum?.currency ?? null,
    minimumMinor: minimum?.minorUnits ?? 0,
  };
}
