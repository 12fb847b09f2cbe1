import { answeredIn, mayAnswer } from '../domain/answering.ts';
import { sellerOf } from '../domain/notification-target.ts';
import { mayHear } from '../domain/seller-staff.ts';
import type { NoticeToSend } from '../persistence/notification-store.ts';
import type { Stores } from '../persistence/stores.ts';

type HasNoRight = (notice: NoticeToSend) => boolean;
type StandingStores = Pick<Stores, 'sellerStaff' | 'groupStandings' | 'rooms'>;

/**
 * Which of these notices now belong to others: those about a seller's business to the people who work for it,
 * those about something to decide to the people who may. If nothing newer was heard, a person's rights are as
 * they were.
 */
export async function lostRights(
  stores: StandingStores,
  userId: string,
  notices: readonly NoticeToSend[],
): Promise<HasNoRight> {
  const isOfFormerStaff = await formerStaff(stores, userId, notices);
  const isOfFormerKeeper = await formerKeeper(stores, userId, notices);
  return (notice) => isOfFormerStaff(notice) || isOfFormerKeeper(notice);
}

async function formerStaff(
  { sellerStaff }: StandingStores,
  userId: string,
  notices: readonly NoticeToSend[],
): Promise<HasNoRight> {
  const sellerIds = notices.flatMap(({ target }) => sellerOf(target) ?? []);
  const sellers = sellerIds.length > 0 ? await sellerStaff.findMany(sellerIds) : [];
  return ({ target, kind }) => {
    const seller = sellers.find(({ sellerId }) => sellerId === sellerOf(target));
    return seller !== undefined && !mayHear(seller, userId, kind);
  };
}

/**
 * Reports in a group's room are for the moderators of the group; in any other room for its keeper, while they
 * are there.
 */
async function formerKeeper(
  { groupStandings, rooms }: StandingStores,
  userId: string,
  notices: readonly NoticeToSend[],
): Promise<HasNoRight> {
  const places = notices.flatMap((notice) => answeredIn(notice) ?? []);
  if (places.length === 0) return () => false;
  const roomIds = [...new Set(places.flatMap((of) => ('roomId' in of ? [of.roomId] : [])))];
  const known = await rooms.findMany(roomIds);
  const groupOf = new Map(known.map(({ id, groupId }) => [id, groupId]));
  const standings = await rooms.standingsOf(userId, roomIds);
  const groupIds = places.flatMap((of) =>
    'groupId' in of ? [of.groupId] : (groupOf.get(of.roomId) ?? []),
  );
  const roles = await groupStandings.rolesIn(userId, [...new Set(groupIds)]);
  return (notice) => {
    const place = answeredIn(notice);
    if (!place) return false;
    // If nothing was heard of a person there, nothing says that they left.
    if ('roomId' in place && (standings.get(place.roomId) ?? 'IN') !== 'IN') return true;
    const groupId = 'groupId' in place ? place.groupId : groupOf.get(place.roomId);
    const role = groupId ? roles.get(groupId) : undefined;
    return role !== undefined && !mayAnswer(place.kind, role);
  };
}
