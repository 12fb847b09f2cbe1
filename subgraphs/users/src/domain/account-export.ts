import { HOUR_MS, rateLimited } from '@souk/runtime/domain';

export type ExportStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED';

/** A person's request for everything that is known of them. */
export interface AccountExport {
  readonly id: string;
  readonly accountId: string;
  readonly status: ExportStatus;
  readonly mediaId: string | null;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** When the file is deleted. */
  readonly expiresAt: Date | null;
}

/** How often somebody may ask. */
export const EXPORT_EVERY_MS = 24 * HOUR_MS;
/** How long the file is kept. */
export const EXPORT_KEPT_MS = 7 * 24 * HOUR_MS;
/** How long subgraphs have to answer. */
export const EXPORT_WITHIN_MS = 24 * HOUR_MS;
/** Maximum size of a file in bytes: everything an account can upload, and a few million rows. */
export const EXPORT_MOST_BYTES = 1_000 * 1_048_576;

/** Throws `RATE_LIMITED` when the last export that did not fail is less than a day old. */
export function assertMayExport(
  last: Pick<AccountExport, 'status' | 'createdAt'> | null,
  now: Date,
): void {
  if (!last || last.status === 'FAILED') return;
  const wait = last.createdAt.getTime() + EXPORT_EVERY_MS - now.getTime();
  if (wait > 0) throw rateLimited(Math.ceil(wait / 1_000));
}
