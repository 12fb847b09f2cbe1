/** The same names as in the graph and in access tokens. */
export const ROLES = ['CUSTOMER', 'SELLER', 'SUPPORT', 'MODERATOR', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

/** A user who can sign in: public and private data together. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly bio: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly avatarMediaId: string | null;
  /** When it will be erased, unless its owner cancels that. */
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

/** The part others can see, and the only part that a profile update may change. */
export interface ProfileChange {
  displayName?: string;
  bio?: string | null;
  locale?: string | null;
  timeZone?: string | null;
  avatarMediaId?: string | null;
}

/** The fields that the change would alter, by their names in the schema. */
export const changedFields = (account: Account, change: ProfileChange): string[] =>
  Object.entries(PROFILE_FIELDS).flatMap(([field, name]) => {
    const key = field as keyof ProfileChange;
    return change[key] !== undefined && change[key] !== account[key] ? [name] : [];
  });

/** The parts of a profile, with the names that clients know them by. */
const PROFILE_FIELDS: Readonly<Record<keyof ProfileChange, string>> = {
  displayName: 'displayName',
  bio: 'bio',
  locale: 'locale',
  timeZone: 'timeZone',
  avatarMediaId: 'avatar',
};
