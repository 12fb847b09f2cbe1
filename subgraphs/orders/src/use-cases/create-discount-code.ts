import type { Viewer } from '@souk/runtime/domain';
import type { DiscountCode } from '../domain/checkout/discount.ts';
import { type CreateDiscountCodeInput, checkedDiscount } from '../domain/checkout/new-discount.ts';
import { discountCodeTaken } from '../domain/errors.ts';
import type { OrdersDeps } from './deps.ts';

/** Creates a discount code. */
export async function createDiscountCode(
  { transaction, clock }: OrdersDeps,
  { userId }: Viewer,
  input: CreateDiscountCodeInput,
): Promise<DiscountCode> {
  const discount = checkedDiscount(input);
  await transaction(async ({ discounts }) => {
    if (!(await discounts.insert(discount, { by: userId, at: clock() }))) {
      throw discountCodeTaken(discount.code);
    }
  });
  return discount;
}
