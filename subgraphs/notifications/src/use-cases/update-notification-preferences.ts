import { isDeepStrictEqual } from 'node:util';
import { checkAll, versionConflict } from '@souk/runtime/domain';
import {
  checkedRules,
  checkedSettings,
  type PreferenceRule,
  type PreferenceSettings,
  type SettingsChange,
} from '../domain/preferences.ts';
import { decideAgain } from './decide-again.ts';
import type { Actor, NotificationsDeps } from './deps.ts';
import { TIMING, timeAnew } from './time-anew.ts';

export interface PreferencesChange extends SettingsChange {
  /** The version that the change is based on; null makes the change in any case. */
  expectedVersion?: number | null | undefined;
  rules?: readonly PreferenceRule[] | null | undefined;
}

/** Stores the viewer's notification preferences; fields that are left out stay as they are. */
export async function updateNotificationPreferences(
  { transaction, clock, newId, missedMailDelaySeconds }: NotificationsDeps,
  { userId }: Actor,
  { expectedVersion, rules, ...change }: PreferencesChange,
): Promise<void> {
  const checked = checkAll({
    rules: () => checkedRules(rules ?? []),
    settings: () => checkedSettings(change, clock()),
  });
  await transaction(async (stores) => {
    const { preferences } = stores;
    const { version, rules: _, userId: __, ...before } = await preferences.lock(userId);
    if (expectedVersion != null && expectedVersion !== version) throw versionConflict(version);
    const after: PreferenceSettings = { ...before, ...checked.settings };
    const isOther = !isDeepStrictEqual(after, before);
    if (isOther) {
      await preferences.saveSettings(userId, after);
      const now = clock();
      await decideAgain(stores, userId, ['PAUSED', 'QUIET_HOURS'], now);
      if (TIMING.some((field) => after[field] !== before[field])) {
        await timeAnew(stores, after, { userId, now, missedMailDelaySeconds, newId });
      }
    }
    const areOther = await preferences.saveRules(userId, checked.rules);
    if (isOther || areOther) await preferences.setVersion(userId, version + 1);
  });
}
