import { assertExactlyOne, checkAll, type FormChecks } from '@souk/runtime/domain';
import { checkedSeatLimit } from './group.ts';
import { checkedChanges, type RequestedChanges } from './group-changes.ts';
import { checkedInvites, invitedPeople, type RequestedInvites } from './invite.ts';
import { chosenSlug } from './slug.ts';

interface CreatedGroup {
  slug?: string | null;
  seatLimit?: number | null;
  inviteUserIds?: readonly string[] | null;
}

/** The domain's checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createGroup: ({ input: { slug, seatLimit, inviteUserIds } }: { input: CreatedGroup }) =>
    checkAll({
      slug: () => (slug == null ? null : chosenSlug(slug)),
      seatLimit: () => checkedSeatLimit(seatLimit),
      inviteUserIds: () => invitedPeople(inviteUserIds ?? [], 'inviteUserIds'),
    }),
  inviteToGroup: ({ input }: { input: RequestedInvites }) => checkedInvites(input),
  joinGroup: ({ groupId, inviteCode }: { groupId?: string | null; inviteCode?: string | null }) =>
    assertExactlyOne({ groupId, inviteCode }),
  updateGroup: ({ input }: { input: RequestedChanges }) => checkedChanges(input),
};
