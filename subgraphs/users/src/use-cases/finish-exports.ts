import { SUBGRAPHS, type TransactionTools, userStream } from '@souk/runtime/events';
import { type AccountExport, EXPORT_KEPT_MS, EXPORT_WITHIN_MS } from '../domain/account-export.ts';
import type { Media } from '../domain/media.ts';
import { makeArchive } from '../media/export-archive.ts';
import { fileKey } from '../media/media-links.ts';
import type { UsersDeps } from './deps.ts';

const AT_ONCE = 10;
const ZIP = 'application/zip';

type Finishing = Pick<UsersDeps, 'reads' | 'transaction' | 'files' | 'clock' | 'newId'>;

/** Makes a file of each export that every subgraph has answered, gives up late ones, removes old files. */
export async function finishExports(deps: Finishing): Promise<number> {
  const { reads, clock } = deps;
  const running = await reads.exports.running(AT_ONCE);
  let finished = 0;
  for (const asked of running) {
    const isLate = clock().getTime() - asked.createdAt.getTime() > EXPORT_WITHIN_MS;
    if (asked.told === SUBGRAPHS.length) await makeFile(deps, asked);
    else if (isLate) await giveUp(deps, asked);
    else continue;
    finished += 1;
  }
  return finished + (await removeOldFiles(deps));
}

async function makeFile(deps: Finishing, asked: AccountExport): Promise<void> {
  const { reads, transaction, files, clock, newId } = deps;
  const gathered = await reads.exports.open(asked.id);
  if (!gathered) return;
  const archive = await makeArchive(gathered);
  const now = clock();
  const media: Media = {
    ...{ id: newId('med'), ownerId: asked.accountId, purpose: 'ACCOUNT_EXPORT', status: 'READY' },
    fileName: `souk-export-${asked.createdAt.toISOString().slice(0, 10)}.zip`,
    ...{ contentType: ZIP, byteSize: archive.length, sha256: null, altText: null },
    ...{ width: null, height: null, blurhash: null, variants: [] },
    ...{ rejectionReason: null, uploadedAt: now, createdAt: now },
  };
  await files.write(fileKey(media.id), archive, ZIP);
  const isOurs = await transaction(async (stores) => {
    const isOurs = await stores.exports.finish(asked.id, {
      ...{ status: 'SUCCEEDED', mediaId: media.id, failure: null, finishedAt: now },
      expiresAt: new Date(now.getTime() + EXPORT_KEPT_MS),
    });
    if (!isOurs) return false;
    await stores.media.insert(media);
    await tell(stores, asked);
    return true;
  });
  // Another worker was first.
  if (!isOurs) await files.removeAll(media.id);
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
