import { badInput, slugOf, trimmedSlug } from '@souk/runtime/domain';

export const MAX_SLUG_LENGTH = 80;
/** Room is left for a number that makes it unique. */
const MAX_MADE_LENGTH = 60;

/** `Brass lamp, à la carte` gives `brass-lamp-a-la-carte`; a title without words, the end of its id. */
export const slugOfTitle = (title: string, id: string): string =>
  slugOf(title, MAX_MADE_LENGTH) || `item-${id.slice(-8)}`;

/** The first of `base`, `base-2`, `base-3`, … that is not taken. */
export function freeSlug(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

const draftEnding = (id: string) => `-${id.slice(-5)}`;

/**
 * A draft's slug: the wanted one with a random ending. So a slug that is taken tells of something that
 * is, or was, to be seen, and nobody learns of a draft by trying names.
 */
export const slugOfDraft = (wanted: string, id: string): string =>
  `${trimmedSlug(wantedSlugOf(wanted, id), MAX_SLUG_LENGTH - 6)}${draftEnding(id)}`;

/** The slug that a draft is to get when it is published. */
export const wantedSlugOf = (slug: string, id: string): string =>
  slug.endsWith(draftEnding(id)) ? slug.slice(0, -draftEnding(id).length) : slug;

export function checkedSlug(slug: string, path: readonly string[]): string {
  if (slug.length > MAX_SLUG_LENGTH || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) {
    throw badInput(
      `A slug has small letters, digits and single dashes, at most ${MAX_SLUG_LENGTH}.`,
      path,
    );
  }
  return slug;
}
