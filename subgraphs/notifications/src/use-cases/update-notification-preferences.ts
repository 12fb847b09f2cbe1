import { checkedRules, type PreferenceRule } from '../domain/preferences.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

/** Stores what the viewer wants to be told; rules that are not given stay. */
export async function updateNotificationPreferences(
  { transaction }: NotificationsDeps,
  { userId }: Actor,
  { rules }: { rules: readonly PreferenceRule[] },
): Promise<void> {
  const checked = checkedRules(rules);
  await transaction(({ preferences }) => preferences.save(userId, checked));
}
