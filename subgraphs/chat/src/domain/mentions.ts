import { mentionsWrittenIn } from './markdown.ts';

/** Who is meant, where not one person is: all, or those who are there at that moment. */
export type MentionScope = 'HERE' | 'EVERYONE';

/** A place in a message's text that names somebody; in UTF-16 code units, the `@` included. */
export interface Mention {
  start: number;
  length: number;
  /** Null for a scope. */
  userId: string | null;
  scope: MentionScope | null;
}

/** So many of a message count; more of them is a list of names, and nobody's business to be called by. */
export const MAX_MENTIONS = 50;

/** A map, as any name of an object's own may be somebody's: `constructor`. */
const SCOPES: ReadonlyMap<string, MentionScope> = new Map([
  ['here', 'HERE'],
  ['everyone', 'EVERYONE'],
]);

/** The usernames that a text may mention, to look up whose they are. */
export const namesIn = (text: string): string[] => [
  ...new Set(mentionsWrittenIn(text).flatMap(({ name }) => (SCOPES.has(name) ? [] : [name]))),
];

/** What a text mentions, given whose the usernames are, and whether its author may call all. */
export function mentionsOf(
  text: string,
  { idOf, mayMentionAll }: { idOf: ReadonlyMap<string, string>; mayMentionAll: boolean },
): Mention[] {
  return mentionsWrittenIn(text)
    .flatMap(({ start, length, name }): Mention[] => {
      const scope = SCOPES.get(name);
      if (scope) return mayMentionAll ? [{ start, length, userId: null, scope }] : [];
      const userId = idOf.get(name);
      return userId === undefined ? [] : [{ start, length, userId, scope: null }];
    })
    .slice(0, MAX_MENTIONS);
}

/** In larger rooms nobody is called for being there: they are too many to look for, and to be called by one word. */
export const HERE_UP_TO_PEOPLE = 1_000;

export const callsWhoIsHere = (mentions: readonly Mention[]): boolean =>
  mentions.some(({ scope }) => scope === 'HERE');

/** Whom a message calls, for those who notify them; `here` are those who are there, where it calls them. */
export function calledBy(mentions: readonly Mention[], here: readonly string[]) {
  const named = mentions.flatMap(({ userId }) => userId ?? []);
  const isForAll = mentions.some(({ scope }) => scope === 'EVERYONE');
  return {
    mentioned: [...new Set([...named, ...here])],
    mentionsAll: isForAll ? ('EVERYONE' as const) : null,
  };
}
