import type { UserMentionResolvers } from '../__generated__/resolvers.ts';
import type { Mention } from '../domain/mentions.ts';

/** A mention as an object of its kind. */
export const shownMention = ({ scope, ...mention }: Mention) =>
  scope === null
    ? { __typename: 'UserMention' as const, ...mention, scope }
    : { __typename: 'RoomMention' as const, ...mention, scope };

export const UserMention: UserMentionResolvers = {
  user: ({ userId }) => (userId === null ? null : { id: userId }),
};
