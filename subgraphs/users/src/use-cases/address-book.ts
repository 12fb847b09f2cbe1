import {
  checkedPostalAddress,
  notFound,
  type PostalAddressInput,
  unauthenticated,
  type Viewer,
} from '@souk/runtime/domain';
import {
  addressBookFull,
  type ChosenDefaults,
  defaultsOf,
  MOST_ADDRESSES,
} from '../domain/address-book.ts';
import type { UsersDeps } from './deps.ts';

export interface AddressFieldsInput extends ChosenDefaults {
  postal: PostalAddressInput;
}

const POSTAL = ['input', 'postal'];

/** Adds an address to the viewer's; resolves to its id, and whether it had been added before. */
export async function createAddress(
  { transaction, clock, newId }: UsersDeps,
  { userId: accountId }: Viewer,
  { input, idempotencyKey: key }: { input: AddressFieldsInput; idempotencyKey?: string | null },
): Promise<{ id: string; replayed: boolean }> {
  const postal = checkedPostalAddress(input.postal, POSTAL);
  return transaction(async ({ accounts, addresses, idempotency }) => {
    const request = { scope: `createAddress:${accountId}`, key, input, path: ['idempotencyKey'] };
    const { result: id, replayed } = await idempotency.once(request, async () => {
      // One at a time for an account: no two are the default, and none is one too many.
      if (!(await accounts.lock(accountId))) throw unauthenticated();
      const count = await addresses.countOf(accountId);
      if (count >= MOST_ADDRESSES) throw addressBookFull();
      const isFirst = count === 0;
      const defaults = defaultsOf(input, { isDefaultShipping: isFirst, isDefaultBilling: isFirst });
      const address = { id: newId('adr'), accountId, postal, ...defaults, createdAt: clock() };
      await addresses.takeDefaults(address);
      await addresses.insert(address);
      return address.id;
    });
    return { id, replayed };
  });
}

/** Replaces an address of the viewer's; the same again changes nothing. */
export async function updateAddress(
  { transaction }: UsersDeps,
  { userId: accountId }: Viewer,
  { addressId, input }: { addressId: string; input: AddressFieldsInput },
): Promise<void> {
  const postal = checkedPostalAddress(input.postal, POSTAL);
  await transaction(async ({ accounts, addresses }) => {
    if (!(await accounts.lock(accountId))) throw unauthenticated();
    const [known] = await addresses.findManyOf(accountId, [addressId]);
    if (!known) throw notFound('Address', ['addressId']);
    const address = { ...known, postal, ...defaultsOf(input, known) };
    await addresses.takeDefaults(address);
    await addresses.update(address);
  });
}

/** Takes an address out of the viewer's address book. */
export async function deleteAddress(
  { transaction }: UsersDeps,
  { userId }: Viewer,
  addressId: string,
): Promise<void> {
  await transaction(async ({ accounts, addresses }) => {
    if (!(await accounts.lock(userId))) throw unauthenticated();
    if (!(await addresses.delete(userId, addressId))) throw notFound('Address', ['addressId']);
  });
}
