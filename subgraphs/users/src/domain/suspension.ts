import { badInput } from '@souk/runtime/domain';

/** An account that can sign in and read, but change nothing for now. */
export interface Suspension {
  readonly reason: string;
  readonly since: Date;
  /** Null: until somebody ends it. */
  readonly until: Date | null;
}

/** What an account's row says of it; once its end has passed, the suspension is over without any action. */
export interface Suspendable {
  readonly suspendedAt: Date | null;
  readonly suspendedUntil: Date | null;
}

export const NOT_SUSPENDED = {
  suspendedAt: null,
  suspendedUntil: null,
  suspensionReason: null,
} as const;

export const isSuspended = ({ suspendedAt, suspendedUntil }: Suspendable, now: Date): boolean =>
  suspendedAt !== null && (suspendedUntil === null || suspendedUntil > now);

/** The suspension in force, or null. */
export const suspensionOf = (
  account: Suspendable & { readonly suspensionReason: string | null },
  now: Date,
): Suspension | null =>
  account.suspendedAt && isSuspended(account, now)
    ? {
        reason: account.suspensionReason ?? '',
        since: account.suspendedAt,
        until: account.suspendedUntil,
      }
    : null;

/** Throws `BAD_USER_INPUT` for an end before its beginning. */
export function assertEndsLater({ until }: { until?: Date | null | undefined }, now: Date): void {
  if (until && until <= now)
    throw badInput('The end of a suspension must be in the future.', ['until']);
}
