import { digestOf, isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { countUse } from '@souk/runtime/persistence';
import {
  MEGAPIXEL,
  type Media,
  PIXELS,
  ruleOf,
  uploadMissing,
  uploadRejected,
} from '../domain/media.ts';
import { contentTypeOf, isAs } from '../media/content-types.ts';
import { bytesOf } from '../media/file-store.ts';
import { IMAGE_TYPE, makeVariants, pixelsOf } from '../media/make-variants.ts';
import { fileKey, originalKey, variantKey } from '../media/media-links.ts';
import type { CompletedMedia } from '../persistence/media-store.ts';
import type { UsersDeps } from './deps.ts';

/**
 * Looks at what was uploaded: READY when it is what was promised, else REJECTED with the reason. Doing it
 * again changes nothing, and two at once come to the same end.
 */
export async function completeUpload(deps: UsersDeps, viewer: Viewer, id: string): Promise<void> {
  const { media: stored } = deps.reads;
  const find = async () => (isIdOf('med', id) ? (await stored.findMany([id]))[0] : undefined);
  const media = await find();
  if (media?.ownerId !== viewer.userId) throw notFound('Media', ['mediaId']);
  if (media.rejectionReason !== null) throw uploadRejected(media.rejectionReason);
  if (media.status === 'READY') return;
  if (!media.uploadedAt) throw uploadMissing();
  await deps.inspect(media, () => decide(deps, id));
  // Whoever removed it meanwhile, or its account, may have done so before its files were written.
  const now = await find();
  if (now?.status !== 'READY') await deps.files.removeAll(id);
  if (!now) throw notFound('Media', ['mediaId']);
  if (now.rejectionReason !== null) throw uploadRejected(now.rejectionReason);
}

const isUndecided = ({ status, rejectionReason }: Media) =>
  status !== 'READY' && rejectionReason === null;

/** One look from the row to the row: whoever comes just as it ends finds what came of it, and does not look again. */
async function decide(deps: UsersDeps, id: string): Promise<void> {
  const { reads, files } = deps;
  const find = async () => (await reads.media.findMany([id]))[0];
  const media = await find();
  if (!media || !isUndecided(media)) return;
  const kept = await files.read(originalKey(id));
  if (!kept) {
    // Another process may have come to the end of it, and taken the original away.
    const now = await find();
    if (!now || !isUndecided(now)) return;
    throw uploadMissing();
  }
  const seen = await inspected(deps, media, await bytesOf(kept));
  await keepDecision(deps, media, seen);
  // It may say where a picture was taken; nothing leads to it any more.
  await files.remove(originalKey(id));
  await reads.media.originalRemoved(id);
}

async function keepDecision(
  { transaction, mediaLinks, sealValue, clock }: UsersDeps,
  media: Media,
  seen: CompletedMedia | { reason: string },
): Promise<void> {
  const { id: mediaId, ownerId, purpose, fileName, altText } = media;
  await transaction(async (stores) => {
    if ('reason' in seen) return void (await stores.media.reject(mediaId, seen.reason));
    if (!(await stores.media.complete(mediaId, seen))) return;
    const { contentType, byteSize, width, height } = seen;
    const ready = { ...media, ...seen, status: 'READY' as const };
    const isImport = purpose === 'IMPORT_FILE';
    const link = isImport ? mediaLinks.toFile(ready, null, clock()) : null;
    const url = link && sealValue('products', link.url);
    const shown = { fileName, altText, contentType, byteSize, width, height, url };
    await stores.events.append({
      type: 'users.MediaReady',
      stream: userStream(ownerId),
      payload: { mediaId, ownerId, purpose, ...shown },
    });
  });
}

const UNREADABLE =
  'This image cannot be read, or has more than 40 million pixels (16 million for AVIF).';

/** What the file is, written into the file store as it will be given out; or why it is refused. */
async function inspected(
  { files, transaction, clock }: Pick<UsersDeps, 'files' | 'transaction' | 'clock'>,
  { id, ownerId, contentType, purpose, sha256 }: Media,
  bytes: Buffer,
): Promise<CompletedMedia | { reason: string }> {
  if (sha256 && digestOf(bytes, 'hex') !== sha256)
    return { reason: 'The upload does not match its SHA-256.' };
  if (!isAs(contentTypeOf(bytes), contentType)) return { reason: `This is not ${contentType}.` };
  if (!contentType.startsWith('image/')) {
    await files.write(fileKey(id), bytes, contentType);
    const nothing = { width: null, height: null, blurhash: null, variants: [] };
    return { ...nothing, contentType, byteSize: bytes.length };
  }
  const pixels = await pixelsOf(bytes);
  if (pixels === null) return { reason: UNREADABLE };
  // Before the work, in a transaction of its own: what turns out to be no image has taken it all the same.
  const points = Math.ceil(pixels / MEGAPIXEL);
  await transaction(({ quotas }) =>
    countUse(quotas, ownerId, { rule: 'pixels', quota: PIXELS, points, now: clock() }),
  );
  const image = await makeVariants(bytes, ruleOf(purpose));
  if (!image) return { reason: UNREADABLE };
  for (const { width, bytes: made } of image.variants)
    await files.write(variantKey(id, width), made, IMAGE_TYPE);
  const { width, height, blurhash, variants } = image;
  return {
    contentType: IMAGE_TYPE,
    width,
    height,
    blurhash,
    byteSize: variants.reduce((sum, each) => sum + each.bytes.length, 0),
    variants: variants.map((each) => each.width),
  };
}
