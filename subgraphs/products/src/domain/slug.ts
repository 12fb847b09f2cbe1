import { badInput, slugOf, trimmedSlug } from '@souk/runtime/domain';

export const MAX_SLUG_LENGTH = 80;
/** Leaves room for a number that makes it unique. */
const MAX_MADE_LENGTH = 60;

/** `Brass lamp, à la carte` gives `brass-lamp-a-la-carte`; a title without words, the end of its id. */
export const slugOfTitle = (title: string, id: string): string =>
  slugOf(title, MAX_MADE_LENGTH) || `item-${id.slice(-8)}`;

/** What a seller's handle is made from: a username, in the form for URLs. */
export const slugOfHandle = (name: string): string => slugOf(name, 36) || 'seller';

type TakenOf = (slugs: readonly string[]) => Promise<ReadonlySet<string>>;

const MAX_STEP = 30;

const slugOfNumber = (base: string, number: number) => (number === 1 ? base : `${base}-${number}`);

/**
 * The base, or the base with the first number that is free, provided that all before it are taken. It is
 * searched in growing steps, then between the last two, so that ten thousand products with one title query
 * some forty slugs, not ten thousand.
 */
export const freeSlug = async (base: string, takenOf: TakenOf): Promise<string> =>
  slugOfNumber(base, await freeNumber(base, takenOf));

async function freeNumber(base: string, takenOf: TakenOf): Promise<number> {
  const steps = [1, ...Array.from({ length: MAX_STEP }, (_, step) => 1 + 2 ** step)];
  const taken = await takenOf(steps.map((number) => slugOfNumber(base, number)));
  const place = steps.findIndex((number) => !taken.has(slugOfNumber(base, number)));
  let free = steps[place] ?? Number.MAX_SAFE_INTEGER;
  let used = steps[place - 1] ?? 0;
  while (free - used > 1) {
    const middle = Math.floor((free + used) / 2);
    const isTaken = (await takenOf([slugOfNumber(base, middle)])).size > 0;
    if (isTaken) used = middle;
    else free = middle;
  }
  return free;
}

/**
 * One slug for each of these bases, in their order, all different. A base that is free is its own slug; for
 * one that several need, or that is taken, numbers from the first free one are queried, as many at once as
 * are needed.
 */
export async function freeSlugs(bases: readonly string[], takenOf: TakenOf): Promise<string[]> {
  const chosen: (string | undefined)[] = bases.map(() => undefined);
  const given = new Set<string>();
  const give = (place: number, slug: string) => {
    given.add(slug);
    chosen[place] = slug;
  };
  const taken = await takenOf([...new Set(bases)]);
  for (const [place, base] of bases.entries()) {
    if (!taken.has(base) && !given.has(base)) give(place, base);
  }
  const waiting = new Map<string, number[]>();
  for (const [place, base] of bases.entries()) {
    if (chosen[place] === undefined) waiting.set(base, [...(waiting.get(base) ?? []), place]);
  }
  await Promise.all(
    [...waiting].map(async ([base, places]) => {
      let number = await freeNumber(base, takenOf);
      while (places.length > 0) {
        const next = Array.from({ length: 2 * places.length }, (_, more) =>
          slugOfNumber(base, number + more),
        );
        number += next.length;
        const used = await takenOf(next);
        for (const slug of next) {
          if (used.has(slug) || given.has(slug)) continue;
          const place = places.shift();
          if (place !== undefined) give(place, slug);
        }
      }
    }),
  );
  return chosen as string[];
}

const draftEnding = (id: string) => `-${id.slice(-5)}`;

/**
 * A draft's slug: the chosen one with a random ending. So a slug that is taken only reveals something that
 * is, or was, public, and nobody can find a draft by trying names.
 */
export const slugOfDraft = (wanted: string, id: string): string =>
  `${trimmedSlug(wantedSlugOf(wanted, id), MAX_SLUG_LENGTH - 6)}${draftEnding(id)}`;

/** The slug that a draft will get when it is published. */
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
