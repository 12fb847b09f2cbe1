import { badInput } from '@souk/runtime/domain';

const MIN = 3;
const MAX = 60;
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Letters that Unicode does not take apart into a Latin one and an accent. */
const SPELLED_OUT: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd' };

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

/** A readable slug from a name; names without Latin letters or digits give `group`. */
export function slugFromName(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[ßæœøłđ]/g, (letter) => SPELLED_OUT[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/['’]/g, '')
    .match(/[a-z0-9]+/g);
  const slug = cut((words ?? []).join('-'), MAX);
  return slug.length >= MIN ? slug : cut(['group', slug].filter(Boolean).join('-'), MAX);
}

/** The same made unique by the random end of an id: five base32 digits, one in 33 million. */
export const slugWithSuffix = (slug: string, id: string): string =>
  `${cut(slug, MAX - 6)}-${id.slice(-5)}`;

const cut = (slug: string, length: number) => slug.slice(0, length).replace(/-+$/, '');
