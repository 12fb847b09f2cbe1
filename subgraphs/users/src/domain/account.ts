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
}

/** The fields in which the account would differ after the change. */
export const changedFields = (account: Account, change: ProfileChange): string[] =>
  (['displayName', 'bio', 'locale', 'timeZone'] as const).filter(
    (field) => change[field] !== undefined && change[field] !== account[field],
  );
