import { checkAll, type FormChecks } from '@souk/runtime/domain';
import { checkedSeatLimit } from './group.ts';
import { checkedChanges, type RequestedChanges } from './group-changes.ts';
import { chosenSlug } from './slug.ts';

interface CreatedGroup {
  slug?: string | null;
  seatLimit?: number | null;
}

/** What the domain checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createGroup: ({ input: { slug, seatLimit } }: { input: CreatedGroup }) =>
    checkAll({
      slug: () => (slug == null ? null : chosenSlug(slug)),
      seatLimit: () => checkedSeatLimit(seatLimit),
    }),
  updateGroup: ({ input }: { input: RequestedChanges }) => checkedChanges(input),
};
