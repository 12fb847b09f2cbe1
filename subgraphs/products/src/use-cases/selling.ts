import type { ProductsConfig } from '../config.ts';
import type { Actor, SignedIn } from '../domain/actor.ts';
import { sellerNotActive, sellerNotFound, sellerUnclear } from '../domain/errors.ts';
import { assertMaySellAlone, type SellingMode } from '../domain/permissions.ts';
import { madeHandleOf, maySell, personalSellerOf, rolesIn, type Seller } from '../domain/seller.ts';
import { assertMayDoFor } from '../domain/seller-permissions.ts';
import { freeSlug, slugOfHandle } from '../domain/slug.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';
import { giveToOwner } from './give-to-owner.ts';

type Tools = Parameters<Parameters<ProductsDeps['transaction']>[0]>[0];

/** The viewer with the sellers that they work for, as of this transaction. */
export async function actorOf(
  { sellers }: Pick<Stores, 'sellers'>,
  { userId, roles }: SignedIn,
): Promise<Actor> {
  const memberships = await sellers.membershipsOf([userId]);
  return {
    userId,
    roles,
    memberships: rolesIn(memberships),
  };
}

/**
 * The viewer as somebody who acts for a seller, whose members stay unchanged until the transaction ends.
 * Rights are read after the lock: people who were removed while this waited are out.
 */
export async function actorFor(
  stores: Pick<Stores, 'sellers'>,
  viewer: SignedIn,
  sellerId: string,
): Promise<{ actor: Actor; seller: Seller | null }> {
  const seller = await stores.sellers.lock(sellerId, 'share');
  return { seller, actor: await actorOf(stores, viewer) };
}

/**
 * The seller of a new listing: the named one, otherwise the only one that the actor works for, otherwise the
 * one that they are by themselves, which is opened with their first product.
 *
 * @throws NOT_THE_SELLER, SELLER_REQUIRED, SELLER_NOT_ACTIVE
 */
export async function sellerToListFor(
  stores: Tools,
  viewer: SignedIn,
  asked: { sellerId: string | null; publish: boolean },
  { config, now }: { config: ProductsConfig; now: Date },
): Promise<Seller> {
  const sellerId = asked.sellerId ?? onlySellerOf(await actorOf(stores, viewer), config.sellers);
  if (sellerId === null) return openPersonalSeller(stores, viewer.userId, { config, now });
  return sellerWhomMayList(await actorFor(stores, viewer, sellerId), asked);
}

/**
 * The seller for whom the actor may list, and publish at once if requested.
 *
 * @throws SELLER_NOT_FOUND, NOT_THE_SELLER, SELLER_NOT_ACTIVE
 */
export function sellerWhomMayList(
  { actor, seller }: { actor: Actor; seller: Seller | null },
  asked: { sellerId: string | null; publish: boolean },
): Seller {
  const path = ['input', 'sellerId'];
  if (!seller) throw sellerNotFound(path);
  assertMayDoFor(actor, 'EDIT_PRODUCTS', { sellerId: seller.id });
  const isOpen = asked.publish ? maySell(seller) : seller.status !== 'CLOSED';
  if (!isOpen) throw sellerNotActive(asked.sellerId === null ? undefined : path);
  return seller;
}

/** Null for somebody who works for none and sells by themselves. */
export function onlySellerOf(actor: Actor, mode: SellingMode): string | null {
  const [only, ...others] = actor.memberships.keys();
  if (others.length > 0) throw sellerUnclear();
  if (only !== undefined) return only;
  assertMaySellAlone(actor, mode);
  return null;
}

/** Two concurrent requests open the same one, since its id is made from the person's. */
async function openPersonalSeller(
  stores: Tools,
  userId: string,
  { config, now }: { config: ProductsConfig; now: Date },
): Promise<Seller> {
  const { sellers, people } = stores;
  // With the lock, news of their name come before or after, but not in between.
  await sellers.lockPerson(userId);
  const person = await people.find(userId);
  const handle = person && (await freeSlug(slugOfHandle(person.username), sellers.takenHandles));
  const seller = personalSellerOf(userId, { person, handle, now });
  const isNew =
    (await sellers.insert(seller)) ||
    (await sellers.insert({ ...seller, handle: madeHandleOf(seller.id) }));
  if (isNew) await giveToOwner(stores, seller, userId, config);
  const present = await sellers.lock(seller.id, 'share');
  if (!present || !maySell(present)) throw sellerNotActive();
  return present;
}
