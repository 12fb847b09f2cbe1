import type { Letter } from '../domain/letter.ts';
import { fill, letterTextsIn } from '../domain/letter-texts.ts';
import { textOf } from '../domain/notice-words.ts';
import { messageTitle, type Notification } from '../domain/notification.ts';
import { languageOf } from './language-of.ts';
import type { DecideDeps } from './deps.ts';

export interface NoticesLetterOf {
  userId: string;
  notices: readonly Notification[];
  unsubscribeUrl: string | null;
}

/** The mail of some notices, as they are now, in their owner's language. */
export async function noticesLetter(
  { stores }: Pick<DecideDeps, 'stores'>,
  { userId, notices, unsubscribeUrl }: NoticesLetterOf,
): Promise<Letter> {
  const { people, rooms } = stores;
  const idsOf = (field: 'actorId' | 'roomId') =>
    notices.flatMap((notice) => (notice[field] === null ? [] : [notice[field]]));
  const [language, persons, places] = await Promise.all([
    languageOf(stores, userId),
    people.findMany(idsOf('actorId')),
    rooms.findMany(idsOf('roomId')),
  ]);
  const { greeting, notices: texts } = letterTextsIn(language);
  const shown = notices.map(({ words, title, body, actorId, roomId, count }) => {
    const note = count > 1 ? fill(texts.more, { count: String(count) }) : null;
    if (words) return { ...textOf(words, language), note };
    const actor = persons.find((person) => person.userId === actorId);
    const room = places.find((place) => place.id === roomId);
    const made = messageTitle(actor?.displayName ?? null, room?.name ?? null);
    return { title: title ?? made, body, note };
  });
  const title = shown.at(-1)?.title ?? '';
  const others = notices.reduce((sum, { count }) => sum + count, 0) - 1;
  const subject = fill(others > 0 ? texts.several : texts.one, { title, count: String(others) });
  return {
    ...{ language, subject, greeting, paragraphs: [texts.digest], notices: shown },
    closing: [texts.closing],
    ...(unsubscribeUrl ? { unsubscribe: { label: texts.unsubscribe, href: unsubscribeUrl } } : {}),
  };
}
