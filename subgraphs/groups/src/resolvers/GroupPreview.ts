import type { GroupPreviewResolvers } from '../__generated__/resolvers.ts';

export const GroupPreview: GroupPreviewResolvers = {
  avatar: ({ avatarMediaId }) => (avatarMediaId === null ? null : { id: avatarMediaId }),
};
