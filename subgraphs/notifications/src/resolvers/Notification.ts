import { isIdOf } from '@souk/runtime/domain';
import type { NotificationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { saidIn, textOf } from '../domain/notice-words.ts';
import { messageTitle, type Notification as Notice } from '../domain/notification.ts';
import { targetOf } from './target-of.ts';

/** The language of the notice's owner. */
async function localeOf({ userId }: Notice, { loaders }: Context): Promise<string | null> {
  const [preferences, person] = await Promise.all([
    loaders.preferences.load(userId),
    loaders.person.load(userId),
  ]);
  return preferences?.emailLocale ?? person?.locale ?? null;
}

/** Our own text; null if a person wrote what it says. */
const localized = async (notice: Notice, context: Context) =>
  notice.words && textOf(notice.words, await localeOf(notice, context));

export const Notification: NotificationResolvers = {
  /** The loader returns only the viewer's own devices. */
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('ntf', id) ? loaders.notification.load(id) : null,
  title: async (notice, _, context) => {
    const { title, actorId, roomId } = notice;
    if (title !== null) return (await localized(notice, context))?.title ?? title;
    const { loaders } = context;
    const [actor, room] = await Promise.all([
      actorId === null ? null : loaders.person.load(actorId),
      roomId === null ? null : loaders.room.load(roomId),
    ]);
    return messageTitle(actor?.displayName ?? null, room?.name ?? null);
  },
  body: async (notice, _, context) => {
    const text = await localized(notice, context);
    if (text) return text.body;
    return notice.body === '' ? saidIn('', await localeOf(notice, context)) : notice.body;
  },
  actor: ({ actorId }) => (actorId === null ? null : { id: actorId }),
  target: (notice) => targetOf(notice),
  deliveries: ({ id }, _, { loaders }) => loaders.deliveriesOf.load(id),
};
