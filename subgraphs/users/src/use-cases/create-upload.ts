import { checkAll, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { assertRoom, type Media, type RequestedUpload, uploadChecks } from '../domain/media.ts';
import type { UsersDeps } from './deps.ts';

export interface CreateUploadInput extends RequestedUpload {
  fileName: string;
  altText?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}

/** Promises a file: the answer’s link takes its bytes, and `completeUpload` looks at them. */
export async function createUpload(
  { transaction, clock, newId }: UsersDeps,
  { userId }: Viewer,
  { idempotencyKey: key, ...input }: CreateUploadInput,
): Promise<{ id: string; replayed: boolean }> {
  checkAll(uploadChecks(input));
  return transaction(async ({ accounts, media, idempotency }) => {
    const request = { scope: `createUpload:${userId}`, key, input };
    const { result: id, replayed } = await idempotency.once(request, async () => {
      // One at a time for an account, so that the sum of what it keeps is exact.
      if (!(await accounts.lock(userId))) throw unauthenticated();
      assertRoom(await media.usedBy(userId), input.byteSize);
      const file: Media = {
        id: newId('med'),
        ownerId: userId,
        purpose: input.purpose,
        status: 'PENDING',
        fileName: input.fileName,
        contentType: input.contentType.trim().toLowerCase(),
        byteSize: input.byteSize,
        sha256: input.sha256?.toLowerCase() ?? null,
        altText: input.altText ?? null,
        createdAt: clock(),
        width: null,
        height: null,
        blurhash: null,
        variants: [],
        rejectionReason: null,
        uploadedAt: null,
      };
      await media.insert(file);
      return file.id;
    });
    return { id, replayed };
  });
}
