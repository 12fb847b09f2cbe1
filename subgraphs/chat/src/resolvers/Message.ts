import { isAllowed, isIdOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { MessageResolvers } from '../__generated__/resolvers.ts';
import { messageActions } from '../domain/actions.ts';
import type { Mention } from '../domain/mentions.ts';
import { assertMayDelete, assertMaySeeRevisions, isFinal } from '../domain/message.ts';
import { keeperOf } from '../domain/room.ts';
import { isErased } from '../persistence/known-user-store.ts';
import type { MessageRevision } from '../persistence/message-edit-store.ts';
import type { ParticipantPosition } from '../persistence/participant-rows.ts';
import { shownMention } from './mentions.ts';
import { participantPosition } from './participant-position.ts';
import { findRoom, roomOf } from './read-room.ts';

const numberOf = ({ number }: MessageRevision) => number;

/** By which a client finds the person of a mention in the HTML. */
function attributesOf(mention: Mention | undefined): Record<string, string> | null {
  if (!mention) return null;
  const { userId, scope } = mention;
  return userId === null ? { 'data-scope': scope ?? '' } : { 'data-user-id': userId };
}

export const Message: MessageResolvers = {
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('msg', id) ? loaders.message.load(id) : null,
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  author: async ({ authorId }, _, { services }) => {
    if (authorId === null) return null;
    const known = await services.sharedReads.user.load(authorId);
    return known && isErased(known) ? null : { id: authorId };
  },
  system: ({ id, kind }, _, { loaders }) => (kind === 'SYSTEM' ? loaders.system.load(id) : null),
  html: async ({ id, revision, growth, text }, _, { loaders, services }) => {
    if (text === null) return null;
    const mentions = (await loaders.mentions.load(id))?.mentions ?? [];
    const at = new Map(mentions.map((mention) => [mention.start, mention]));
    const attributesAt = (start: number) => attributesOf(at.get(start));
    return services.renderedTexts.htmlOf({ id, revision, growth, text }, attributesAt);
  },
  mentions: async ({ id }, _, { loaders }) =>
    ((await loaders.mentions.load(id))?.mentions ?? []).map(shownMention),
  thread: ({ id, threadRootId }, _, { loaders }) => loaders.thread.load(threadRootId ?? id),
  viewerCan: async (message, _, context) => {
    const room = await findRoom(message.roomId, context);
    const { viewer, services } = context;
    return room ? messageActions(message, room, viewer && keeperOf(viewer), services.clock()) : [];
  },
  replyTo: ({ replyToId }, _, { loaders }) =>
    replyToId === null ? null : loaders.message.load(replyToId),
  revisions: async (message, { first, after }, context) => {
    const { viewer, loaders, cursors } = context;
    const room = await findRoom(message.roomId, context);
    if (!room || !viewer) return null;
    if (!isAllowed(() => assertMaySeeRevisions(message, room, keeperOf(viewer)))) return null;
    const purpose = `revisions:${message.id}`;
    const page = pageOf<number>({ first, after }, { cursors, purpose });
    const { limit, from } = page;
    const rows = await loaders.revisions({ messageId: message.id, limit, from });
    return connectionOf(rows, page, { cursors, purpose, positionOf: numberOf });
  },
  deletionReason: async (message, _, context) => {
    const { viewer, loaders } = context;
    const room = message.deletedAt && viewer ? await findRoom(message.roomId, context) : null;
    if (!room || !viewer) return null;
    if (!isAllowed(() => assertMayDelete(message, room, keeperOf(viewer)))) return null;
    return (await loaders.deletionReason.load(message.id))?.reason ?? null;
  },
  attachments: async ({ id }, _, { loaders }) =>
    ((await loaders.attachments.load(id))?.mediaIds ?? []).map((mediaId) => ({ id: mediaId })),
  embeds: async ({ id }, _, { loaders }) =>
    ((await loaders.embeds.load(id))?.entityIds ?? []).map((entityId) => ({
      __typename: 'EntityEmbed' as const,
      entityId,
    })),
  final: (message, _, { services }) => isFinal(message, services.clock()),
  readBy: async ({ id }, { first, after }, { cursors, loaders }) => {
    const purpose = `readers:${id}`;
    const page = pageOf<ParticipantPosition>({ first, after }, { cursors, purpose });
    const { limit, from } = page;
    const rows = await loaders.readers({ messageId: id, limit, from });
    return {
      ...connectionOf(rows, page, { cursors, purpose, positionOf: participantPosition }),
      count: async () => (await loaders.readerCount.load(id))?.count ?? 0,
    };
  },
  reactions: async ({ id }, _, { loaders }) => (await loaders.reactions.load(id))?.summaries ?? [],
  reactionCount: async ({ id }, _, { loaders }) => (await loaders.reactions.load(id))?.total ?? 0,
  viewerReactions: async ({ id }, _, { loaders }) =>
    (await loaders.reactionsOfViewer.load(id))?.emojis ?? [],
  forwardedFrom: ({ forwardedFromId }, _, { loaders }) =>
    forwardedFromId === null ? null : loaders.message.load(forwardedFromId),
  savedAt: async ({ id }, _, { loaders }) =>
    (await loaders.savedOfViewer.load(id))?.savedAt ?? null,
};
