import { badInput, checkAll } from '@souk/runtime/domain';
import { assertPicture } from './pictures.ts';
import type { TraderDetails } from './seller.ts';
import { checkedSlug } from './slug.ts';

export interface TraderDetailsInput {
  legalName: string;
  country: string;
  registrationNumber?: string | null;
  vatId?: string | null;
  email?: string | null;
  imprint?: string | null;
}

export interface CreateSellerInput {
  handle: string;
  displayName: string;
  description?: string | null;
  trader: TraderDetailsInput;
  logoMediaId?: string | null;
  idempotencyKey: string;
}

/** Missing fields stay as they are. */
export interface RequestedSellerChange {
  displayName?: string | null;
  trader?: TraderDetailsInput | null;
  /** Null removes it. */
  logoMediaId?: string | null;
}

export const MIN_HANDLE_LENGTH = 3;
export const MAX_HANDLE_LENGTH = 40;

/** Reserved for people without a name yet: taking such a handle would keep its person from selling. */
const MADE_HANDLE = /^seller-[0-9a-z]{12}$/;

export function checkedHandle(handle: string, path: readonly string[]): string {
  if (handle.length < MIN_HANDLE_LENGTH || handle.length > MAX_HANDLE_LENGTH) {
    throw badInput(`A handle has ${MIN_HANDLE_LENGTH} to ${MAX_HANDLE_LENGTH} characters.`, path);
  }
  if (MADE_HANDLE.test(handle)) throw badInput('Handles of this form are reserved.', path);
  return checkedSlug(handle, path);
}

/** Throws all mistakes of a new seller together; its texts are checked as the schema says. */
export const assertNewSeller = ({
  handle,
  logoMediaId,
}: Pick<CreateSellerInput, 'handle' | 'logoMediaId'>): void => {
  checkAll({
    handle: () => checkedHandle(handle, ['input', 'handle']),
    logo: () => assertPicture(logoMediaId, ['input', 'logoMediaId']),
  });
};

/** Throws all mistakes of a change that are visible without the seller. */
export function assertSellerChange({
  displayName,
  trader,
  logoMediaId,
}: RequestedSellerChange): void {
  checkAll({
    displayName: () => {
      if (displayName === null) throw badInput('A seller needs a name.', ['input', 'displayName']);
    },
    trader: () => {
      if (trader === null)
        throw badInput('The legal details cannot be removed.', ['input', 'trader']);
    },
    logo: () => assertPicture(logoMediaId, ['input', 'logoMediaId']),
  });
}

export const traderOf = (input: TraderDetailsInput): TraderDetails => ({
  legalName: input.legalName,
  country: input.country,
  registrationNumber: input.registrationNumber ?? null,
  vatId: input.vatId ?? null,
  email: input.email ?? null,
  imprint: input.imprint ?? null,
});
