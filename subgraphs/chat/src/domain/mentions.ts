import { mentionsWrittenIn } from './markdown.ts';

/** A mention of more than one person: all, or those who are present at that moment. */
export type MentionScope = 'HERE' | 'EVERYONE';

/** A place in a message's text that mentions somebody; in UTF-16 code units, including the `@`. */
export interface Mention {
  start: number;
  length: number;
  /** Null for a scope. */
  userId: string | null;
  scope: MentionScope | null;
}

/** How many mentions in a message count; more would be a list of names rather than a call to anybody. */
export const MAX_MENTIONS = 50;

/** A map, since any property name of objects may be a username: `constructor`. */
const SCOPES: ReadonlyMap<string, MentionScope> = new Map([
  ['here', 'HERE'],
  ['everyone', 'EVERYONE'],
]);

/** The usernames that a text may mention, in order to look up their owners. */
export const namesIn = (text: string): string[] => [
  ...new Set(mentionsWrittenIn(text).flatMap(({ name }) => (SCOPES.has(name) ? [] : [name]))),
];

/** What a text mentions, given the owners of usernames, and whether its author may mention all. */
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

/**
 * In larger rooms `@here` mentions nobody: too many people would have to be looked up and notified by one
 * word.
 */
export const HERE_UP_TO_PEOPLE = 1_000;

export const callsWhoIsHere = (mentions: readonly Mention[]): boolean =>
  mentions.some(({ scope }) => scope === 'HERE');

/** The people a message calls, for notifying them; `here` are those present, if it mentions them. */
export function calledBy(mentions: readonly Mention[], here: readonly string[]) {
  const named = mentions.flatMap(({ userId }) => userId ?? []);
  const isForAll = mentions.some(({ scope }) => scope === 'EVERYONE');
  return {
    mentioned: [...new Set([...named, ...here])],
    mentionsAll: isForAll ? ('EVERYONE' as const) : null,
  };
}
