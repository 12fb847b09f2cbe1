import { notFound } from '@souk/runtime/domain';
import type { NotificationsDeps } from './deps.ts';

/** Switches mails of notices off for the recipient of the mail that contained this token. */
export async function unsubscribe(
  { transaction, unsubscribeTokens }: NotificationsDeps,
  token: string,
): Promise<void> {
  const userId = unsubscribeTokens.ownerOf(token);
  if (userId === null) throw notFound('UnsubscribeToken', ['token']);
  await transaction(async ({ preferences }) => {
    const { version, rules: _, userId: __, ...settings } = await preferences.lock(userId);
    if (settings.digest === 'NEVER') return;
    await preferences.saveSettings(userId, { ...settings, digest: 'NEVER' });
    await preferences.setVersion(userId, version + 1);
  });
}
