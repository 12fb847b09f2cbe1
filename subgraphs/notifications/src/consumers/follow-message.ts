import type { NotifyDeps } from '../use-cases/deps.ts';
import { updateMessageNotices } from '../use-cases/update-message-notices.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** Notices and waiting mails show the current text of a message. */
export const followEdit = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'follow-edit',
    consumes: 'chat.MessageEdited',
    handle: ({ event }, stores, from) => {
      const { revision, excerpt, ...message } = event;
      return updateMessageNotices(deps, stores, { ...message, edit: { revision, excerpt } }, from);
    },
  });

/** Nobody is notified of a deleted message. */
export const followDeletion = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'follow-deletion',
    consumes: 'chat.MessageDeleted',
    handle: ({ event: { deletedBy: _, ...message } }, stores, from) =>
      updateMessageNotices(deps, stores, { ...message, edit: null }, from),
  });
