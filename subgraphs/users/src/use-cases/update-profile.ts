import { badInput, isIdOf, notFound, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { changedFields, type ProfileChange } from '../domain/account.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';

/** A field left out stays as it is; null clears it. */
export interface UpdateProfileInput {
  displayName?: string | null | undefined;
  bio?: string | null | undefined;
  locale?: string | null | undefined;
  timeZone?: string | null | undefined;
  avatarMediaId?: string | null | undefined;
}

/** Changes the viewer's public face; there is no event when nothing differs. */
export async function updateProfile(
  { transaction }: UsersDeps,
  viewer: Viewer,
  input: UpdateProfileInput,
): Promise<void> {
  const change = parseChange(input);
  await transaction(async ({ accounts, media, events }) => {
    const account = await accounts.lock(viewer.userId);
    if (!account) throw unauthenticated();
    if (change.avatarMediaId) await assertAvatar(media, change.avatarMediaId, account.id);
    const changed = changedFields(account, change);
    if (changed.length === 0) return;
    await accounts.updateProfile(account.id, change);
    const { displayName, locale } = { ...account, ...change };
    await events.append({
      type: 'users.ProfileUpdated',
      stream: userStream(account.id),
      payload: { userId: account.id, username: account.username, displayName, locale, changed },
    });
  });
}

function parseChange({
  displayName,
  bio,
  locale,
  timeZone,
  avatarMediaId,
}: UpdateProfileInput): ProfileChange {
  if (displayName === null) throw badInput('A name must not be empty.', ['input', 'displayName']);
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(bio === undefined ? {} : { bio }),
    ...(locale === undefined ? {} : { locale }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(avatarMediaId === undefined ? {} : { avatarMediaId }),
  };
}

/** Only a finished picture of one's own, made for this, is an avatar. */
export async function assertAvatar(
  media: Pick<Stores['media'], 'findMany'>,
  id: string,
  ownerId: string,
): Promise<void> {
  const [found] = isIdOf('med', id) ? await media.findMany([id]) : [];
  const isAvatar =
    found?.ownerId === ownerId && found.purpose === 'AVATAR' && found.status === 'READY';
  if (!isAvatar) throw notFound('Media', ['input', 'avatarMediaId']);
}
