import type { Readable } from 'node:stream';

/** Bytes from the first to the last, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** A stored file as it is read; `size` is that of the whole file. */
export interface ReadFile {
  readonly body: Readable;
  readonly size: number;
}

/**
 * Where the bytes of files are stored. Keys are made only by us, of ids and fixed names with one slash
 * between; nothing that a client says is part of one.
 */
export interface FileStore {
  write(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Takes a local file, of any size, and stores it under the key; the local file may be gone afterwards. */
  take(key: string, path: string, contentType: string): Promise<void>;
  /** The size of a file, or null when there is none. */
  sizeOf(key: string): Promise<number | null>;
  /** Null when there is none. */
  read(key: string, range?: ByteRange): Promise<ReadFile | null>;
  /** A missing file is not an error. */
  remove(key: string): Promise<void>;
  /** Deletes everything whose key begins with this and a slash; finding nothing is not an error. */
  removeAll(folder: string): Promise<void>;
}

/** The whole content of a file in memory: for limited sizes, such as uploads. */
export async function bytesOf({ body }: ReadFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
