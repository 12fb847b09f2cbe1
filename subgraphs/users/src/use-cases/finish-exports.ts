import { SUBGRAPHS, type TransactionTools, userStream } from '@souk/runtime/events';
import { type AccountExport, EXPORT_KEPT_MS, EXPORT_WITHIN_MS } from '../domain/account-export.ts';
import type { Media } from '../domain/media.ts';
import { makeArchive } from '../media/export-archive.ts';
import { fileKey } from '../media/media-links.ts';
import type { UsersDeps } from './deps.ts';

const AT_ONCE = 10;
const ZIP = 'application/zip';

type Finishing = Pick<UsersDeps, 'reads' | 'transaction' | 'files' | 'clock' | 'newId' | 'logger'>;

/** Makes a file of each export that every subgraph has answered, gives up late ones, removes old files. */
export async function finishExports(deps: Finishing): Promise<number> {
  const { reads, clock, logger } = deps;
  const lateBefore = new Date(clock().getTime() - EXPORT_WITHIN_MS);
  const due = await reads.exports.due(SUBGRAPHS.length, lateBefore, AT_ONCE);
  for (const asked of due) {
    // One that cannot be made keeps nobody else's waiting, and is given up when its day is over.
    if (asked.createdAt < lateBefore) await giveUp(deps, asked);
    else {
      await makeFile(deps, asked).catch((err) =>
        logger.warn({ err, exportId: asked.id }, 'an export could not be made'),
      );
    }
  }
  return due.length + (await removeOldFiles(deps));
}

async function makeFile(deps: Finishing, asked: AccountExport): Promise<void> {
  const { reads, transaction, files, clock, newId } = deps;
  const archive = await makeArchive(reads.exports, asked.id);
  if (!archive) return;
  const now = clock();
  const nothing = { width: null, height: null, blurhash: null, variants: [] };
  const media: Media = {
    ...{ id: newId('med'), ownerId: asked.accountId, purpose: 'ACCOUNT_EXPORT', ...nothing },
    fileName: `souk-export-${asked.createdAt.toISOString().slice(0, 10)}.zip`,
    ...{ status: 'PENDING', contentType: ZIP, byteSize: archive.length, sha256: null },
    ...{ altText: null, rejectionReason: null, uploadedAt: null, createdAt: now },
  };
  // The row before the bytes: what a process that ends in between leaves is removed as abandoned.
  await reads.media.insert(media);
  await files.write(fileKey(media.id), archive, ZIP);
  const isOurs = await transaction(async (stores) => {
    // Whoever erases the account waits, and finds the file, or was first.
    if (!(await stores.accounts.lock(asked.accountId))) return false;
    const isOurs = await stores.exports.finish(asked.id, {
      ...{ status: 'SUCCEEDED', mediaId: media.id, failure: null, finishedAt: now },
      expiresAt: new Date(now.getTime() + EXPORT_KEPT_MS),
    });
    if (!isOurs) return false;
    const size = { contentType: ZIP, byteSize: archive.length };
    if (!(await stores.media.complete(media.id, { ...nothing, ...size }))) {
      throw new Error('The file of an export was removed before it was there.');
    }
    await tell(stores, asked);
    return true;
  });
  if (isOurs) return;
  // Another worker was first.
  await files.removeAll(media.id);
  await reads.media.delete([media.id]);
}

const giveUp = ({ transaction, clock }: Finishing, asked: AccountExport) =>
  transaction(async (stores) => {
    const isEnded = await stores.exports.finish(asked.id, {
      ...{ status: 'FAILED', mediaId: null, finishedAt: clock(), expiresAt: null },
      failure: 'A part of Souk did not answer within a day. Please ask again.',
    });
    if (isEnded) await tell(stores, asked);
  });

const tell = ({ events }: TransactionTools, { id: exportId, accountId }: AccountExport) =>
  events.append({
    type: 'users.AccountExported',
    stream: userStream(accountId),
    payload: { exportId, userId: accountId },
  });

async function removeOldFiles({ reads, files, clock }: Finishing): Promise<number> {
  const old = await reads.exports.expiredFiles(clock(), AT_ONCE);
  for (const { id, mediaId } of old) {
    await files.removeAll(mediaId);
    await reads.media.delete([mediaId]);
    await reads.exports.forgetFile(id);
  }
  return old.length;
}
