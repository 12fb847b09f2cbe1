import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import type { FileStore } from './file-store.ts';

/** S3 accepts parts of at least 5 MB, except the last one, and at most 10,000 of them. */
const PART_BYTES = 16 * 1024 * 1024;

export interface S3Options {
  readonly bucket: string;
  /** Another server than Amazon's, such as MinIO or R2; its buckets are addressed by path. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  /** The part size of large files; a file that is not larger is sent in one piece. */
  readonly partBytes?: number;
}

/**
 * Files in a bucket of S3 or a compatible service. Credentials come from where Amazon's clients look for
 * them: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or the role of the machine.
 */
export function createS3FileStore({
  bucket: Bucket,
  endpoint,
  region,
  partBytes = PART_BYTES,
}: S3Options): FileStore {
  // The client is some megabytes of code, needed only for S3.
  const s3 = import('@aws-sdk/client-s3');
  let opened: S3Client | undefined;
  const client = async () => {
    const { S3Client } = await s3;
    opened ??= new S3Client({
      region,
      ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
      // Compatible servers support the checksum headers of Amazon's latest clients only in part.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return opened;
  };
  /**
   * One part is in memory at a time, and the client resends it if its connection breaks, which would be
   * impossible with a stream. An incomplete file leaves no parts behind, for which the bucket's owner would
   * pay.
   */
  const takeInParts = async (
    upload: { Bucket: string; Key: string; UploadId: string | undefined },
    file: FileHandle,
    size: number,
  ) => {
    const { AbortMultipartUploadCommand, CompleteMultipartUploadCommand, UploadPartCommand } =
      await s3;
    const s3Client = await client();
    try {
      const Parts: CompletedPart[] = [];
      for (let at = 0; at < size; at += partBytes) {
        const PartNumber = Parts.length + 1;
        const Body = Buffer.allocUnsafe(Math.min(partBytes, size - at));
        const { bytesRead } = await file.read(Body, 0, Body.length, at);
        if (bytesRead < Body.length) throw new Error('A file became shorter while it was taken.');
        const part = new UploadPartCommand({ ...upload, PartNumber, Body });
        const { ETag } = await s3Client.send(part);
        Parts.push({ PartNumber, ETag });
      }
      const whole = { ...upload, MultipartUpload: { Parts } };
      await s3Client.send(new CompleteMultipartUploadCommand(whole));
    } catch (error) {
      // If aborting fails as well, the bucket's own rule deletes the parts (docs/operations.md).
      await s3Client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    }
  };
  return {
    write: async (Key, bytes, ContentType) => {
      const { PutObjectCommand } = await s3;
      await (await client()).send(new PutObjectCommand({ Bucket, Key, Body: bytes, ContentType }));
    },
    take: async (Key, path, ContentType) => {
      const { PutObjectCommand, CreateMultipartUploadCommand } = await s3;
      const file = await open(path);
      try {
        const { size } = await file.stat();
        if (size <= partBytes) {
          const put = { Bucket, Key, Body: await file.readFile(), ContentType };
          return void (await (await client()).send(new PutObjectCommand(put)));
        }
        const begin = new CreateMultipartUploadCommand({ Bucket, Key, ContentType });
        const { UploadId } = await (await client()).send(begin);
        await takeInParts({ Bucket, Key, UploadId }, file, size);
      } finally {
        await file.close();
      }
    },
    sizeOf: async (Key) => {
      const { HeadObjectCommand } = await s3;
      const sending = (await client()).send(new HeadObjectCommand({ Bucket, Key }));
      return (await unlessMissing(sending))?.ContentLength ?? null;
    },
    read: async (Key, range) => {
      const { GetObjectCommand } = await s3;
      const Range = range && `bytes=${range.first}-${range.last}`;
      const sending = (await client()).send(
        new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) }),
      );
      const found = await unlessMissing(sending);
      if (!found?.Body) return null;
      const whole = /\/(\d+)$/.exec(found.ContentRange ?? '')?.[1] ?? found.ContentLength;
      return { body: found.Body as Readable, size: Number(whole) };
    },
    remove: async (Key) => {
      const { DeleteObjectCommand } = await s3;
      await (await client()).send(new DeleteObjectCommand({ Bucket, Key }));
    },
    removeAll: async (folder) => {
      const { DeleteObjectCommand, ListObjectsV2Command } = await s3;
      const s3Client = await client();
      for (;;) {
        const { Contents = [], IsTruncated } = await s3Client.send(
          new ListObjectsV2Command({ Bucket, Prefix: `${folder}/` }),
        );
        // One by one, since not every compatible server accepts a list.
        await Promise.all(
          Contents.map(({ Key }) => s3Client.send(new DeleteObjectCommand({ Bucket, Key }))),
        );
        if (!IsTruncated) return;
      }
    },
  };
}

/** The requested object, or null when the server has none. */
async function unlessMissing<Answer>(sending: Promise<Answer>): Promise<Answer | null> {
  try {
    return await sending;
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if (name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404)
      return null;
    throw error;
  }
}
