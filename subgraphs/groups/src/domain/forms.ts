import type { FormChecks } from '@souk/runtime/domain';
import { checkedChanges, type RequestedChanges } from './group-changes.ts';
import { chosenSlug } from './slug.ts';

/** What the domain checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createGroup: ({ input: { slug } }: { input: { slug?: string | null } }) =>
    slug == null ? null : chosenSlug(slug),
  updateGroup: ({ input }: { input: RequestedChanges }) => checkedChanges(input),
};
