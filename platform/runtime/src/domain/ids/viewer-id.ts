/**
 * The id of somebody's private side: their user id under a prefix of its own, so that a client's cache, which
 * merges objects with the same id, keeps `Viewer` and `User` apart.
 */
export const viewerIdOf = (userId: string): string => userId.replace(/^usr_/, 'vwr_');

/** The viewer that a reference means: the caller, or null when it names anybody else. */
export const ownerOf = (
  { id }: { readonly id: string },
  viewer: { readonly userId: string } | null,
): string | null => (viewer && viewerIdOf(viewer.userId) === id ? viewer.userId : null);
