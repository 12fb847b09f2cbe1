import { isFresh, isIdOf } from '@souk/runtime/domain';
import { lookUntil } from '@souk/runtime/events';
import type { SignedIn } from '../domain/actor.ts';
import {
  lastOwner,
  memberNotFound,
  membersFull,
  sellerNotActive,
  userNotFound,
} from '../domain/errors.ts';
import { hasOwner, MAX_MEMBERS, type SellerRole } from '../domain/seller.ts';
import { assertMayDoFor } from '../domain/seller-permissions.ts';
import { saveSeller, sellerToChange } from './change-seller.ts';
import type { ProductsDeps } from './deps.ts';
import { actorOf } from './selling.ts';

interface OfMember {
  sellerId: string;
  userId: string;
}

/** Invites somebody to work for a seller in a role, or changes their role. */
export async function setSellerMember(
  deps: ProductsDeps,
  viewer: SignedIn,
  { sellerId, userId, role }: OfMember & { role: SellerRole },
): Promise<void> {
  await assertKnownPerson(deps, userId);
  await deps.transaction(async (stores) => {
    const seller = await sellerToChange(stores, sellerId, ['sellerId']);
    // With the seller locked: people who were removed while this waited are out.
    assertMayDoFor(await actorOf(stores, viewer), 'MANAGE_MEMBERS', { sellerId });
    if (seller.status === 'CLOSED') throw sellerNotActive(['sellerId']);
    const members = await stores.sellers.membersOf([sellerId]);
    const present = members.find((member) => member.userId === userId);
    if (present?.role === role) return;
    if (!present && members.length >= MAX_MEMBERS) throw membersFull(MAX_MEMBERS);
    const now = deps.clock();
    const member = {
      sellerId,
      userId,
      role,
      joinedAt: present?.joinedAt ?? now,
      acceptedAt: present?.acceptedAt ?? null,
    };
    const others = members.filter((other) => other.userId !== userId);
    if (!hasOwner([...others, member])) throw lastOwner();
    await stores.sellers.putMember(member);
    await saveSeller(stores, seller, ['members'], now);
  });
}

/** Removes somebody from a seller; anybody may leave, except the last owner. */
export async function removeSellerMember(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  { sellerId, userId }: OfMember,
): Promise<void> {
  await transaction(async (stores) => {
    const seller = await sellerToChange(stores, sellerId, ['sellerId']);
    const actor = await actorOf(stores, viewer);
    const members = await stores.sellers.membersOf([sellerId]);
    const isOwn = userId === actor.userId && members.some((member) => member.userId === userId);
    if (!isOwn) assertMayDoFor(actor, 'MANAGE_MEMBERS', { sellerId });
    const others = members.filter((other) => other.userId !== userId);
    if (others.length === members.length) throw memberNotFound(['userId']);
    if (!hasOwner(others)) throw lastOwner();
    await stores.sellers.removeMember({ sellerId, userId });
    await saveSeller(stores, seller, ['members'], clock());
  });
}

/** Accepts a seller's invitation; nobody becomes a member otherwise. */
export async function acceptSellerMembership(
  { transaction, clock }: ProductsDeps,
  { userId }: SignedIn,
  { sellerId }: { sellerId: string },
): Promise<void> {
  await transaction(async (stores) => {
    const path = ['sellerId'];
    const seller = await sellerToChange(stores, sellerId, path);
    const members = await stores.sellers.membersOf([sellerId]);
    const member = members.find((one) => one.userId === userId);
    if (!member) throw memberNotFound(path);
    if (member.acceptedAt !== null) return;
    const now = clock();
    await stores.sellers.putMember({ ...member, acceptedAt: now });
    await saveSeller(stores, seller, ['members'], now);
  });
}

/** People who registered a moment ago may be named before the news of them arrive: those are waited for. */
async function assertKnownPerson({ transaction, clock }: ProductsDeps, userId: string) {
  const known =
    isIdOf('usr', userId) &&
    (await lookUntil(
      () => transaction(({ people }) => people.find(userId)),
      (person) => person !== null || !isFresh(userId, clock()),
    ));
  if (!known) throw userNotFound(['userId']);
}
