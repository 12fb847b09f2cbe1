import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { FileStore } from './file-store.ts';

export interface S3Options {
  readonly bucket: string;
  /** Another server than Amazon's, such as MinIO or R2; its buckets are asked for by path. */
  readonly endpoint?: string | undefined;
  readonly region: string;
}

/**
 * Files in a bucket of S3 or of what speaks like it. Who we are there comes from where Amazon's clients
 * look for it: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or the role of the machine.
 */
export function createS3FileStore({ bucket: Bucket, endpoint, region }: S3Options): FileStore {
  // Its client is some megabytes of code, which only who keeps files there needs.
  const s3 = import('@aws-sdk/client-s3');
  let opened: S3Client | undefined;
  const client = async () => {
    const { S3Client } = await s3;
    opened ??= new S3Client({
      region,
      ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
      // Servers of others know the checksum headers of Amazon's latest clients only in part.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return opened;
  };
  return {
    write: async (Key, bytes, ContentType) => {
      const { PutObjectCommand } = await s3;
      await (await client()).send(new PutObjectCommand({ Bucket, Key, Body: bytes, ContentType }));
    },
    take: async (Key, path, ContentType) => {
      const { PutObjectCommand } = await s3;
      const { size: ContentLength } = await stat(path);
      const put = { Bucket, Key, Body: createReadStream(path), ContentType, ContentLength };
      await (await client()).send(new PutObjectCommand(put));
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
        // One by one: not every server of others takes a list.
        await Promise.all(
          Contents.map(({ Key }) => s3Client.send(new DeleteObjectCommand({ Bucket, Key }))),
        );
        if (!IsTruncated) return;
      }
    },
  };
}

/** What was asked for, or null where the server has none. */
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
