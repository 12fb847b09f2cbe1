import type { SignedIn } from '../domain/actor.ts';
import { handleTaken, sellersFull } from '../domain/errors.ts';
import {
  assertNewSeller,
  type CreateSellerInput,
  MAX_HANDLE_LENGTH,
  traderOf,
} from '../domain/new-seller.ts';
import { isLetIn } from '../domain/permissions.ts';
import { MAX_OPENED, type Seller } from '../domain/seller.ts';
import { freeSlug } from '../domain/slug.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';
import { giveToOwner } from './give-to-owner.ts';
import { actorOf } from './selling.ts';
import { assertLogo, awaitingPictures } from './show-pictures.ts';
import { retryWhenTaken } from './unique-names.ts';

/**
 * Opens a seller with the viewer as its first owner. If selling has to be granted, staff approve it later.
 */
export function createSeller(
  { transaction, clock, newId, config }: ProductsDeps,
  viewer: SignedIn,
  input: CreateSellerInput,
): Promise<{ sellerId: string; replayed: boolean }> {
  assertNewSeller(input);
  const { userId } = viewer;
  const run = awaitingPictures({ transaction, clock }, [input.logoMediaId ?? '']);
  const request = { scope: `createSeller:${userId}`, key: input.idempotencyKey, input };
  return retryWhenTaken(() =>
    run(async (stores) => {
      const { result, replayed } = await stores.idempotency.once(request, async () => {
        const { sellers } = stores;
        await sellers.lockPerson(userId);
        const actor = await actorOf(stores, viewer);
        await assertFreeHandle(stores, input.handle);
        if ((await sellers.countOpenedBy(userId)) >= MAX_OPENED) throw sellersFull(MAX_OPENED);
        await assertLogo(stores, userId, input.logoMediaId);
        const now = clock();
        const seller: Seller = {
          id: newId('sel'),
          handle: input.handle,
          displayName: input.displayName,
          description: input.description ?? null,
          status: isLetIn(actor, config.sellers) ? 'ACTIVE' : 'PENDING',
          statusReason: null,
          namedAfter: null,
          openedBy: userId,
          logoMediaId: input.logoMediaId ?? null,
          trader: traderOf(input.trader),
          version: 1,
          createdAt: now,
          updatedAt: now,
        };
        // Taken at this very moment: the next attempt reports it.
        if (!(await sellers.insert(seller))) await assertFreeHandle(stores, input.handle);
        await giveToOwner(stores, seller, userId, config);
        return seller.id;
      });
      return { sellerId: result, replayed };
    }),
  );
}

/** @throws HANDLE_TAKEN, with a similar one that is free */
export async function assertFreeHandle(
  { sellers }: Pick<Stores, 'sellers'>,
  handle: string,
): Promise<void> {
  if ((await sellers.takenHandles([handle])).size === 0) return;
  throw handleTaken(await freeSlug(handle.slice(0, MAX_HANDLE_LENGTH - 4), sellers.takenHandles));
}
