import type { PostalAddress } from './order.ts';

export interface PostalAddressInput {
  name: string;
  line1: string;
  line2?: string | null;
  city: string;
  region?: string | null;
  postalCode: string;
  country: string;
  phone?: string | null;
}

/** What is left out is null; the texts are checked by what the schema says. */
export const addressOf = ({
  line2 = null,
  region = null,
  phone = null,
  ...address
}: PostalAddressInput): PostalAddress => ({ ...address, line2, region, phone });
