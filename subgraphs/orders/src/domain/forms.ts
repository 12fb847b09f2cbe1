import {
  checkAll,
  checkedPostalAddress,
  type FormChecks,
  type PostalAddressInput,
} from '@souk/runtime/domain';
import { type CartLineInput, checkedCartLines } from './cart/set-lines.ts';
import { assertFewCodes } from './checkout/discount.ts';
import { type CreateDiscountCodeInput, checkedDiscount } from './checkout/new-discount.ts';
import { checkedLines, type OrderLineInput } from './requested-lines.ts';
import { checkedQuantities, type LineQuantity } from './selling/line-quantities.ts';
import { assertRefund, type RefundForm } from './selling/refund-form.ts';

/** The domain's checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createCart: ({ lines }: { lines?: readonly CartLineInput[] | null }) =>
    checkedCartLines(lines ?? []),
  setCartLines: ({ lines }: { lines: readonly CartLineInput[] }) => checkedCartLines(lines),
  buyNow: ({ input }: { input: BuyNowForm }) =>
    checkAll({
      lines: () => checkedLines(input.lines),
      address: () => checkedPostalAddress(input.shippingAddress, ['input', 'shippingAddress']),
    }),
  fulfilOrder: ({ input }: { input: { lines: readonly LineQuantity[] } }) =>
    checkedQuantities(input.lines),
  requestReturn: ({ input }: { input: { lines: readonly LineQuantity[] } }) =>
    checkedQuantities(input.lines),
  refundOrder: ({ input }: { input: RefundForm }) => assertRefund(input),
  createDiscountCode: ({ input }: { input: CreateDiscountCodeInput }) => checkedDiscount(input),
  updateCheckout: ({ input }: { input: CheckoutForm }) =>
    checkAll({
      codes: () => assertFewCodes(input.discountCodes ?? []),
      shipping: () => address(input.shippingAddress, 'shippingAddress'),
      billing: () => address(input.billingAddress, 'billingAddress'),
    }),
};

interface BuyNowForm {
  readonly lines: readonly OrderLineInput[];
  readonly shippingAddress: PostalAddressInput;
}

interface CheckoutForm {
  readonly discountCodes?: readonly string[] | null;
  readonly shippingAddress?: PostalAddressInput | null;
  readonly billingAddress?: PostalAddressInput | null;
}

const address = (given: PostalAddressInput | null | undefined, name: string) =>
  given && checkedPostalAddress(given, ['input', name]);
