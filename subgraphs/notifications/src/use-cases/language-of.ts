import { languageFor } from '../domain/notice-words.ts';
import type { Stores } from '../persistence/stores.ts';

/** The language for texts to a person: the one they chose, or that of their account. */
export async function languageOf(
  { preferences, people }: Pick<Stores, 'preferences' | 'people'>,
  userId: string | null,
): Promise<string> {
  if (userId === null) return languageFor(null);
  const [settings, [person]] = await Promise.all([
    preferences.settingsOf([userId]),
    people.findMany([userId]),
  ]);
  return languageFor(settings.get(userId)?.emailLocale ?? person?.locale ?? null);
}
