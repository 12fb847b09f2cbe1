import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOUR_MS } from '@souk/runtime/domain';
import { SUBGRAPHS, type TransactionTools, userStream } from '@souk/runtime/events';
import { failureFields } from '@souk/runtime/persistence';
import { warnCounted, workThrough } from '@souk/runtime/process';
import {
  type AccountExport,
  EXPORT_KEPT_MS,
  EXPORT_MOST_BYTES,
  EXPORT_WITHIN_MS,
} from '../domain/account-export.ts';
import type { Media } from '../domain/media.ts';
import { ArchiveTooLarge, makeArchive } from '../media/export-archive.ts';
import { fileKey } from '../media/media-links.ts';
import { removeUnlessReady } from '../media/remove-files.ts';
import type { UsersDeps } from './deps.ts';

const AT_ONCE = 10;
const ZIP = 'application/zip';

type Finishing = Pick<UsersDeps, 'reads' | 'transaction' | 'files' | 'clock' | 'newId' | 'logger'>;

/** Makes a file of each export that every subgraph has answered, and gives up late ones and too large ones. */
export async function finishExports(
  deps: Finishing,
  mostBytes: number = EXPORT_MOST_BYTES,
  stopping?: AbortSignal,
): Promise<number> {
  const { reads, clock, logger } = deps;
  const lateBefore = new Date(clock().getTime() - EXPORT_WITHIN_MS);
  const finish = async (asked: AccountExport) => {
    if (asked.createdAt < lateBefore) {
      return giveUp(
        deps,
        asked,
        'A part of Souk did not answer within a day. Please request it again.',
      );
    }
    try {
      await makeFile(deps, asked, mostBytes);
    } catch (err) {
      // Whatever else stands in the way is gone in a later round, or the export is late one day.
      const details = { ...failureFields(err), exportId: asked.id };
      warnCounted(logger, 'an export could not be made', details);
      if (err instanceof ArchiveTooLarge)
        await giveUp(deps, asked, 'There is too much data for one file.');
    }
  };
  return workThrough({
    read: (limit) => reads.exports.due(SUBGRAPHS.length, lateBefore, limit),
    work: finish,
    keyOf: ({ id }) => id,
    atOnce: AT_ONCE,
    stopping,
  });
}

/** The archive is made on this machine's disk: it may be larger than the memory of the process. */
async function makeFile(deps: Finishing, asked: AccountExport, mostBytes: number): Promise<void> {
  const { reads, files } = deps;
  await removeLeftFolders();
  const folder = await mkdtemp(join(tmpdir(), FOLDER));
  try {
    const path = join(folder, 'archive.zip');
    const given = { id: asked.id, ownerId: asked.accountId, path, mostBytes };
    const byteSize = await makeArchive(
      { exports: reads.exports, media: reads.media, files },
      given,
    );
    if (byteSize !== null) await keepFile(deps, asked, { path, byteSize });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const FOLDER = 'souk-export-';
const LEFT_AFTER_MS = HOUR_MS;

/** What a process that was killed left behind is all that is known of somebody. */
async function removeLeftFolders(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(FOLDER));
  for (const name of names) {
    const path = join(tmpdir(), name);
    const changedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      // Another worker was first.
      () => Number.POSITIVE_INFINITY,
    );
    if (changedAt < Date.now() - LEFT_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

async function keepFile(
  deps: Finishing,
  asked: AccountExport,
  { path, byteSize }: { readonly path: string; readonly byteSize: number },
): Promise<void> {
  const { reads, transaction, files, clock, newId } = deps;
  const now = clock();
  const nothing = { width: null, height: null, blurhash: null, variants: [] };
  const media: Media = {
    ...{ id: newId('med'), ownerId: asked.accountId, purpose: 'ACCOUNT_EXPORT', ...nothing },
    fileName: `souk-export-${asked.createdAt.toISOString().slice(0, 10)}.zip`,
    status: 'PENDING',
    contentType: ZIP,
    byteSize,
    sha256: null,
    altText: null,
    rejectionReason: null,
    uploadedAt: null,
    createdAt: now,
  };
  // The row before the bytes: what a process that ends in between leaves is removed as abandoned.
  await reads.media.insert(media);
  try {
    await files.take(fileKey(media.id), path, ZIP);
    await transaction(async (stores) => {
      // Whoever erases the account waits, and finds the file, or was first.
      if (!(await stores.accounts.lock(asked.accountId))) return;
      const isOurs = await stores.exports.finish(asked.id, {
        status: 'SUCCEEDED',
        mediaId: media.id,
        failure: null,
        finishedAt: now,
        expiresAt: new Date(now.getTime() + EXPORT_KEPT_MS),
      });
      // Else another worker was first.
      if (!isOurs) return;
      const size = { contentType: ZIP, byteSize };
      if (!(await stores.media.complete(media.id, { ...nothing, ...size }))) {
        throw new Error('The file of an export was removed before it was there.');
      }
      await recordEnd(stores, asked);
    });
  } finally {
    // Every round would leave one more otherwise.
    const reason = 'It was not used for an export.';
    await removeUnlessReady({ media: reads.media, files }, [media.id], reason);
  }
}

const giveUp = ({ transaction, clock }: Finishing, asked: AccountExport, failure: string) =>
  transaction(async (stores) => {
    const isEnded = await stores.exports.finish(asked.id, {
      status: 'FAILED',
      mediaId: null,
      finishedAt: clock(),
      expiresAt: null,
      failure,
    });
    if (isEnded) await recordEnd(stores, asked);
  });

const recordEnd = ({ events }: TransactionTools, { id: exportId, accountId }: AccountExport) =>
  events.append({
    type: 'users.AccountExported',
    stream: userStream(accountId),
    payload: { exportId, userId: accountId },
  });
