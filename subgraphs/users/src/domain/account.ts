/** The same names as in the graph and in access tokens. */
export const ROLES = ['CUSTOMER', 'SELLER', 'SUPPORT', 'MODERATOR', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

/** A user who may sign in: public and private face together. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly bio: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly avatarMediaId: string | null;
  /** When it will be erased, unless its owner thinks better of it. */
  readonly deletionDueAt: Date | null;
  readonly createdAt: Date;
  /** As its owner wrote it. */
  readonly email: string;
  readonly emailVerifiedAt: Date | null;
  readonly roles: readonly Role[];
  readonly suspendedAt: Date | null;
  readonly suspendedUntil: Date | null;
  readonly suspensionReason: string | null;
}

/** The part others may see, and the only part a profile update may touch. */
export interface ProfileChange {
  displayName?: string;
  bio?: string | null;
  locale?: string | null;
  timeZone?: string | null;
  avatarMediaId?: string | null;
}

/** The fields in which the account would differ after the change, by their names in the graph. */
export const changedFields = (account: Account, change: ProfileChange): string[] =>
  Object.entries(PROFILE_FIELDS).flatMap(([field, name]) => {
    const key = field as keyof ProfileChange;
    return change[key] !== undefined && change[key] !== account[key] ? [name] : [];
  });

/** What a profile consists of, with the name that clients know each part by. */
const PROFILE_FIELDS: Readonly<Record<keyof ProfileChange, string>> = {
  displayName: 'displayName',
  bio: 'bio',
  locale: 'locale',
  timeZone: 'timeZone',
  avatarMediaId: 'avatar',
};
