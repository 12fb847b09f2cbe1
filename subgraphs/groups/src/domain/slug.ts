import { badInput } from '@souk/runtime/domain';
import { slugOf, trimmedSlug } from '@souk/runtime/slugs';

const MIN = 3;
const MAX = 60;
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** A slug somebody chose. */
export function chosenSlug(text: string): string {
  if (text.length < MIN || text.length > MAX || !SLUG.test(text)) {
    throw badInput(
      `A slug has ${MIN} to ${MAX} of a-z, 0-9 and single hyphens, and starts and ends with none.`,
      ['input', 'slug'],
    );
  }
  return text;
}

/** A readable slug from a name; a name without words gives the end of the group's id. */
export function slugFromName(name: string, id: string): string {
  const slug = slugOf(name, MAX);
  if (slug.length >= MIN) return slug;
  return `group-${slug || id.slice(-8)}`;
}

/** The same made unique by the random end of an id: five base32 digits, one in 33 million. */
export const slugWithSuffix = (slug: string, id: string): string =>
  `${trimmedSlug(slug, MAX - 6)}-${id.slice(-5)}`;
