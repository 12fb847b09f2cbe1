import { versionConflict } from '@souk/runtime/domain';
import { checkedRules, type PreferenceRule } from '../domain/preferences.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

export interface PreferencesChange {
  /** Of what the change was made for; null changes whatever there is. */
  expectedVersion?: number | null | undefined;
  rules?: readonly PreferenceRule[] | null | undefined;
}

/** Stores what the viewer wants to be notified of; rules that are not given stay. */
export async function updateNotificationPreferences(
  { transaction }: NotificationsDeps,
  { userId }: Actor,
  { expectedVersion, rules }: PreferencesChange,
): Promise<void> {
  const checked = checkedRules(rules ?? []);
  await transaction(async ({ preferences }) => {
    const version = await preferences.lock(userId);
    if (expectedVersion != null && expectedVersion !== version) throw versionConflict(version);
    if (await preferences.save(userId, checked)) await preferences.setVersion(userId, version + 1);
  });
}
