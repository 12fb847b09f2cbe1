import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileStore } from './file-store.ts';

const KEY = /^[a-z0-9_]+(?:\/[a-z0-9_.-]+)?$/;

/** Files in a folder of this machine, for a single machine. */
export function createDiskFileStore(folder: string): FileStore {
  const pathOf = (key: string) => {
    if (!KEY.test(key) || key.includes('..')) throw new Error(`${key} is no key of a file.`);
    return join(folder, key);
  };
  const sizeOf = async (key: string) => {
    try {
      return (await stat(pathOf(key))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  return {
    write: async (key, bytes) => {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      // Atomic: a concurrent reader finds the whole file or nothing.
      const unfinished = `${path}.${randomUUID()}`;
      await writeFile(unfinished, bytes);
      await rename(unfinished, path);
    },
    take: async (key, from) => {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      const unfinished = `${path}.${randomUUID()}`;
      // The folder may be on another disk, to which nothing can be renamed.
      await copyFile(from, unfinished);
      await rename(unfinished, path);
    },
    sizeOf,
    read: async (key, range) => {
      const size = await sizeOf(key);
      if (size === null) return null;
      const part = range ? { start: range.first, end: range.last } : {};
      return { body: createReadStream(pathOf(key), part), size };
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    removeAll: (folderKey) => rm(pathOf(folderKey), { recursive: true, force: true }),
  };
}
