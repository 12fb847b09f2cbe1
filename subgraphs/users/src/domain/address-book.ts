import { DomainError, type PostalAddress } from '@souk/runtime/domain';

/** An address that its owner keeps for the next order. */
export interface SavedAddress {
  readonly id: string;
  readonly accountId: string;
  readonly postal: PostalAddress;
  readonly isDefaultShipping: boolean;
  readonly isDefaultBilling: boolean;
  readonly createdAt: Date;
}

/** Which defaults an input sets; missing ones stay as they were. */
export interface ChosenDefaults {
  readonly isDefaultShipping?: boolean | null | undefined;
  readonly isDefaultBilling?: boolean | null | undefined;
}

type Defaults = Pick<SavedAddress, 'isDefaultShipping' | 'isDefaultBilling'>;

/** More than anybody ships to, and few enough to read at once. */
export const MOST_ADDRESSES = 50;

export const addressBookFull = () =>
  new DomainError(
    'ADDRESS_BOOK_FULL',
    'CONFLICT',
    `An address book can hold ${MOST_ADDRESSES} addresses; remove one first.`,
  );

/**
 * What an address is the default for: as chosen, otherwise as before; the first address is the default for
 * both.
 */
export const defaultsOf = (chosen: ChosenDefaults, before: Defaults): Defaults => ({
  isDefaultShipping: chosen.isDefaultShipping ?? before.isDefaultShipping,
  isDefaultBilling: chosen.isDefaultBilling ?? before.isDefaultBilling,
});
