import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UsersConfig } from '../config.ts';
import { createDiskFileStore } from './disk-file-store.ts';
import type { FileStore } from './file-store.ts';
import { createS3FileStore } from './s3-file-store.ts';

/** A bucket if one is configured, otherwise a folder; without either, a temporary one on this machine. */
export function openFileStore({
  mediaBucket: bucket,
  mediaEndpoint: endpoint,
  mediaRegion: region = 'us-east-1',
  mediaFolder,
}: UsersConfig): FileStore {
  if (bucket) return createS3FileStore({ bucket, endpoint, region });
  return createDiskFileStore(mediaFolder ?? join(tmpdir(), `souk-media-${randomUUID()}`));
}
