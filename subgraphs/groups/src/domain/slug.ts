import { badInput, slugOf, trimmedSlug } from '@souk/runtime/domain';
import type { Group } from './group.ts';

const MIN = 3;
const MAX = 60;
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** A slug somebody chose. */
export function chosenSlug(text: string): string {
  if (text.length < MIN || text.length > MAX || !SLUG.test(text)) {
    throw badInput(
      `A slug has ${MIN} to ${MAX} characters of a-z, 0-9 and single hyphens, and does not start or end with a hyphen.`,
      ['input', 'slug'],
    );
  }
  return text;
}

/** A readable slug from a name; a name without words results in the end of the group's id. */
export function slugFromName(name: string, id: string): string {
  const slug = slugOf(name, MAX);
  if (slug.length >= MIN) return slug;
  return `group-${slug || id.slice(-8)}`;
}

/** A slug made unique by the random end of an id: five base32 digits, one in 33 million. */
export const slugWithSuffix = (slug: string, id: string): string =>
  `${trimmedSlug(slug, MAX - 6)}-${id.slice(-5)}`;

/**
 * The slug of a new group: the chosen one, or one made from its name. A private group's slug always ends in a
 * random suffix. So a slug that is taken reveals only something to people who already know it, and nobody can
 * find a private group by trying names.
 */
export function slugOfNew({
  slug,
  name,
  visibility,
  id,
}: Pick<Group, 'name' | 'visibility' | 'id'> & { slug: string | null }): string {
  const wanted = slug ?? slugFromName(name, id);
  return visibility === 'PRIVATE' ? slugWithSuffix(wanted, id) : wanted;
}
