import { checkedOptionalText, checkedText } from '@souk/runtime/domain';
import type { PostalAddress } from './order.ts';

export interface PostalAddressInput {
  name: string;
  line1: string;
  line2?: string | null;
  city: string;
  region?: string | null;
  postalCode: string;
  country: string;
}

export function checkedAddress(input: PostalAddressInput): PostalAddress {
  const at = (field: string) => ['input', 'shippingAddress', field];
  return {
    name: checkedText(input.name, at('name'), { max: 100 }),
    line1: checkedText(input.line1, at('line1'), { max: 200 }),
    line2: checkedOptionalText(input.line2, at('line2'), { max: 200 }),
    city: checkedText(input.city, at('city'), { max: 100 }),
    region: checkedOptionalText(input.region, at('region'), { max: 100 }),
    postalCode: checkedText(input.postalCode, at('postalCode'), { max: 20 }),
    country: input.country,
  };
}
