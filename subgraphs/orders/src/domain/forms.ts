import {
  checkAll,
  checkedPostalAddress,
  type FormChecks,
  type PostalAddressInput,
} from '@souk/runtime/domain';
import { type CartLineInput, checkedCartLines } from './cart/set-lines.ts';
import { checkedLines, type OrderLineInput } from './requested-lines.ts';

/** What the domain checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createCart: ({ lines }: { lines?: readonly CartLineInput[] | null }) =>
    checkedCartLines(lines ?? []),
  setCartLines: ({ lines }: { lines: readonly CartLineInput[] }) => checkedCartLines(lines),
  placeOrder: ({ input }: { input: PlaceOrderForm }) =>
    checkAll({
      lines: () => checkedLines(input.lines),
      address: () => checkedPostalAddress(input.shippingAddress, ['input', 'shippingAddress']),
    }),
};

interface PlaceOrderForm {
  readonly lines: readonly OrderLineInput[];
  readonly shippingAddress: PostalAddressInput;
}
