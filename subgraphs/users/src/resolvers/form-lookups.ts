import { type FormLookups, isIdOf, notFound, requireViewer } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { assertEndsLater } from '../domain/suspension.ts';
import { assertAvatar } from '../use-cases/update-profile.ts';

/** What of a form with mistakes is wrong besides: ids of nothing, and times by the clock. */
export const lookups: FormLookups = {
  updateProfile: (
    { input: { avatarMediaId } }: { input: { avatarMediaId?: string | null } },
    { stores, viewer }: Context,
  ) => [
    (async () => {
      if (avatarMediaId)
        await assertAvatar(stores.media, avatarMediaId, requireViewer(viewer).userId);
    })(),
  ],
  updateAddress: ({ addressId }: { addressId: string }, { loaders }: Context) => [
    (async () => {
      if (!(await loaders.ownAddress.load(addressId))) throw notFound('Address', ['addressId']);
    })(),
  ],
  renamePasskey: ({ passkeyId }: { passkeyId: string }, { loaders }: Context) => [
    (async () => {
      if (!(await loaders.ownPasskey.load(passkeyId))) throw notFound('Passkey', ['passkeyId']);
    })(),
  ],
  suspendUser: ({ userId, until }: { userId: string; until?: Date | null }, context: Context) => [
    assertPerson(userId, context),
    (async () => assertEndsLater({ until }, context.services.clock()))(),
  ],
};

async function assertPerson(id: string, { loaders }: Context): Promise<void> {
  const found = isIdOf('usr', id) && (await loaders.account.load(id));
  if (!found) throw notFound('User', ['userId']);
}
