import type { SignedIn } from '../domain/actor.ts';
import { versionConflict } from '../domain/errors.ts';
import { assertSellerChange, type RequestedSellerChange, traderOf } from '../domain/new-seller.ts';
import type { Seller } from '../domain/seller.ts';
import { assertMayDoFor } from '../domain/seller-permissions.ts';
import { saveSeller, sellerToChange } from './change-seller.ts';
import type { ProductsDeps } from './deps.ts';
import { actorOf } from './selling.ts';
import { assertLogo, awaitingPictures } from './show-pictures.ts';

export interface UpdateSellerInput extends RequestedSellerChange {
  id: string;
  expectedVersion?: number | null;
  /** Null removes it. */
  description?: string | null;
}

/** The changed fields of a seller, by the names under which they are announced. */
const FIELDS = [
  ['displayName', 'displayName'],
  ['description', 'description'],
  ['trader', 'trader'],
  ['logoMediaId', 'logo'],
] as const;

/** Changes what everybody sees of a seller; missing and equal fields change nothing. */
export async function updateSeller(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  input: UpdateSellerInput,
): Promise<void> {
  assertSellerChange(input);
  const run = awaitingPictures({ transaction, clock }, [input.logoMediaId ?? '']);
  await run(async (stores) => {
    const seller = await sellerToChange(stores, input.id, ['input', 'id']);
    assertMayDoFor(await actorOf(stores, viewer), 'EDIT_SELLER', { sellerId: seller.id });
    if (input.expectedVersion != null && input.expectedVersion !== seller.version) {
      throw versionConflict(seller.version);
    }
    await assertLogo(stores, viewer.userId, input.logoMediaId, seller.logoMediaId);
    const next: Seller = {
      ...seller,
      displayName: input.displayName ?? seller.displayName,
      description: input.description === undefined ? seller.description : input.description,
      logoMediaId: input.logoMediaId === undefined ? seller.logoMediaId : input.logoMediaId,
      trader: input.trader ? traderOf(input.trader) : seller.trader,
      namedAfter: input.displayName == null ? seller.namedAfter : null,
    };
    const changed = FIELDS.flatMap(([field, announcedAs]) =>
      JSON.stringify(next[field]) === JSON.stringify(seller[field]) ? [] : [announcedAs],
    );
    if (changed.length === 0 && next.namedAfter === seller.namedAfter) return;
    await saveSeller(stores, next, changed, clock());
  });
}
