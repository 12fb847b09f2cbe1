import { HOUR_MS, rateLimited } from '@souk/runtime/domain';

export type ExportStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED';

/** What somebody asked to be given of all that is known of them. */
export interface AccountExport {
  readonly id: string;
  readonly accountId: string;
  readonly status: ExportStatus;
  readonly mediaId: string | null;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** When the file is removed. */
  readonly expiresAt: Date | null;
}

/** How often somebody may ask. */
export const EXPORT_EVERY_MS = 24 * HOUR_MS;
/** How long the file is kept. */
export const EXPORT_KEPT_MS = 7 * 24 * HOUR_MS;
/** How long subgraphs have for their answers. */
export const EXPORT_WITHIN_MS = 24 * HOUR_MS;
/** Bytes of a file: all that an account may upload, and a few million rows. */
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
