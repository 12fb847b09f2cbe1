import { fill } from '../domain/fill.ts';
import type { Mail, MailNotice } from '../domain/mail.ts';
import { mailTextsIn } from '../domain/mail-texts.ts';
import { saidIn, textOf } from '../domain/notice-words.ts';
import { messageTitle, type Notification } from '../domain/notification.ts';
import type { Stores } from '../persistence/stores.ts';
import type { DecideDeps } from './deps.ts';
import { languageOf } from './language-of.ts';

export interface NoticesMailOf {
  userId: string;
  notices: readonly Notification[];
  unsubscribeUrl: string | null;
}

/** If there are more than this, only the newest are shown; the subject gives the total. */
const MOST_SHOWN = 50;

/** The texts of notices, in their owner's language and with current names. */
export async function shownText(
  stores: Pick<Stores, 'people' | 'rooms' | 'preferences'>,
  userId: string,
  notices: readonly Notification[],
): Promise<{ language: string; texts: { title: string; body: string }[] }> {
  const { people, rooms } = stores;
  const idsOf = (field: 'actorId' | 'roomId') =>
    notices.flatMap((notice) => (notice[field] === null ? [] : [notice[field]]));
  const [language, persons, places] = await Promise.all([
    languageOf(stores, userId),
    people.findMany(idsOf('actorId')),
    rooms.findMany(idsOf('roomId')),
  ]);
  const texts = notices.map(({ words, title, body, actorId, roomId }) => {
    const actor = persons.find((person) => person.userId === actorId);
    const room = places.find((place) => place.id === roomId);
    const made = messageTitle(actor?.displayName ?? null, room?.name ?? null);
    if (!words) return { title: title ?? made, body: saidIn(body, language) };
    const text = textOf(words, language);
    return title === null ? { ...text, title: made } : text;
  });
  return { language, texts };
}

/** The mail for some notices in their current state, in their owner's language. */
export async function noticesMail(
  { stores }: Pick<DecideDeps, 'stores'>,
  { userId, notices, unsubscribeUrl }: NoticesMailOf,
): Promise<Mail> {
  const newest = notices.slice(-MOST_SHOWN);
  const { language, texts } = await shownText(stores, userId, newest);
  const { greeting, notices: said } = mailTextsIn(language);
  const shown: MailNotice[] = texts.map((text, at) => {
    const count = newest[at]?.count ?? 1;
    return { ...text, note: count > 1 ? fill(said.more, { count: String(count) }) : null };
  });
  const title = shown.at(-1)?.title ?? '';
  const others = notices.reduce((sum, { count }) => sum + count, 0) - 1;
  const subject = fill(others > 0 ? said.several : said.one, { title, count: String(others) });
  return {
    language,
    subject,
    greeting,
    paragraphs: [said.digest],
    notices: shown,
    closing: [said.closing],
    ...(unsubscribeUrl ? { unsubscribe: { label: said.unsubscribe, href: unsubscribeUrl } } : {}),
  };
}
