import { isIdOf, notFound, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { removeFiles } from '../media/remove-files.ts';
import type { UsersDeps } from './deps.ts';

/**
 * Removes a file of the viewer's, and takes it off their profile. Whoever attached it keeps its id, which shows
 * nothing from then on. What is left of it, should this process end in between, the worker removes.
 */
export async function deleteMedia(deps: UsersDeps, viewer: Viewer, id: string): Promise<void> {
  const { transaction, reads, files } = deps;
  await transaction(async ({ accounts, media, events }) => {
    const account = await accounts.lock(viewer.userId);
    if (!account) throw unauthenticated();
    const isOwn =
      isIdOf('med', id) && (await media.withdraw(id, account.id, 'Its owner deleted it.'));
    if (!isOwn) throw notFound('Media', ['mediaId']);
    await events.append({
      type: 'users.MediaDeleted',
      stream: userStream(account.id),
      payload: { mediaId: id, ownerId: account.id },
    });
    if (account.avatarMediaId !== id) return;
    await accounts.updateProfile(account.id, { avatarMediaId: null });
    const { id: userId, username, displayName, locale } = account;
    await events.append({
      type: 'users.ProfileUpdated',
      stream: userStream(userId),
      payload: { userId, username, displayName, locale, changed: ['avatar'] },
    });
  });
  await removeFiles({ media: reads.media, files }, [id]);
}
