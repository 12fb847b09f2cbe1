import type { Readable } from 'node:stream';

/** Bytes from the first to the last, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** A kept file as it is read; `size` is that of the whole file. */
export interface ReadFile {
  readonly body: Readable;
  readonly size: number;
}

/**
 * Where the bytes of files are. Keys are made by us alone, of ids and fixed names, with one slash
 * between; nothing of what a client says is part of one.
 */
export interface FileStore {
  write(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Takes a file of this machine, of whatever size, and keeps it under the key; the file itself may be gone then. */
  take(key: string, path: string, contentType: string): Promise<void>;
  /** The size of a file, or null when there is none. */
  sizeOf(key: string): Promise<number | null>;
  /** Null when there is none. */
  read(key: string, range?: ByteRange): Promise<ReadFile | null>;
  /** Nothing there is no mistake. */
  remove(key: string): Promise<void>;
  /** Removes everything whose key begins with this and a slash; nothing there is no mistake. */
  removeAll(folder: string): Promise<void>;
}

/** The whole of a file in memory: for what is bounded, as uploads are. */
export async function bytesOf({ body }: ReadFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
