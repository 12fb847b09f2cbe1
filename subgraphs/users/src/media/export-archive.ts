import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type GatheredRows, unseal } from '@souk/runtime/events';
import type { Media } from '../domain/media.ts';
import type { AccountExportStore } from '../persistence/account-export-store.ts';
import type { MediaStore } from '../persistence/media-store.ts';
import type { FileStore } from './file-store.ts';
import { shownKey } from './media-links.ts';

const README = `This is what Souk knows of you: for each part of it one folder, and in it files for each of its tables.
What others said, codes, passwords and keys are not in it. Times are UTC, amounts are in the smallest unit of
their currency. What you uploaded is in the folder files, by its id in users/media.json.
`;

/** More was collected than one archive may contain. */
export class ArchiveTooLarge extends Error {}

/** Consecutive parts of one table, by their numbers. */
interface TableFile {
  readonly name: string;
  readonly subgraph: string;
  readonly parts: number[];
}

/** The sources of an archive. */
export interface Archived {
  readonly exports: Pick<AccountExportStore, 'keyOf' | 'lastParts' | 'sealed'>;
  readonly media: Pick<MediaStore, 'keptBy'>;
  readonly files: Pick<FileStore, 'read'>;
}

/** The archive, its destination, and its maximum size. */
export interface ArchiveRequest {
  readonly id: string;
  readonly ownerId: string;
  readonly path: string;
  readonly mostBytes: number;
}

/**
 * Writes one ZIP of everything that was collected: a folder for each subgraph, with a JSON file for each of
 * its tables, and the person's uploads. Only one part, or a piece of one file, is in memory at a time.
 * Resolves to its size, or to null when the export was ended meanwhile; throws `ArchiveTooLarge`.
 */
export async function makeArchive(
  { exports, media, files: kept }: Archived,
  { id, ownerId, path, mostBytes }: ArchiveRequest,
): Promise<number | null> {
  const key = await exports.keyOf(id);
  if (!key) return null;
  const partOf = async (subgraph: string, part: number): Promise<GatheredRows | null> => {
    const sealed = await exports.sealed(id, subgraph, part);
    return sealed === null ? null : (JSON.parse(unseal(key, sealed)) as GatheredRows);
  };
  const files: TableFile[] = [];
  for (const { subgraph, part: last } of await exports.lastParts(id)) {
    for (let part = 0; part <= last; part += 1) {
      const opened = await partOf(subgraph, part);
      if (!opened || opened.rows.length === 0) continue;
      addTo(files, `${subgraph}/${opened.table}`, subgraph, part);
    }
  }

  const uploaded: Media[] = [];
  for await (const file of keptFiles(media, ownerId)) uploaded.push(file);
  // Loaded for the few people who ask, not at every start.
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  // The library handles no errors of its inputs, so each error ends the whole. Nothing is awaited from here
  // to the pipeline, which receives them.
  let current: Readable | undefined;
  const fail = (error: Error) => (zip.outputStream as Readable).destroy(error);
  const handed = (stream: Readable) => {
    current = stream.once('error', fail);
    return stream;
  };
  zip.on('error', fail);
  zip.addBuffer(Buffer.from(README), 'README.txt');
  for (const { name, subgraph, parts } of files) {
    async function* lines() {
      let before = '[\n';
      for (const part of parts) {
        for (const row of (await partOf(subgraph, part))?.rows ?? []) {
          yield before + JSON.stringify(row);
          before = ',\n';
        }
      }
      yield '\n]\n';
    }
    zip.addReadStreamLazy(`${name}.json`, (use) => use(null, handed(Readable.from(lines()))));
  }
  for (const file of uploaded) {
    const name = `files/${file.id}.${EXTENSIONS[file.contentType] ?? 'bin'}`;
    const open = async () => (await kept.read(shownKey(file)))?.body ?? Readable.from([]);
    // Already compressed, as pictures are.
    zip.addReadStreamLazy(name, { compress: false }, (use) => {
      open().then((body) => use(null, handed(body)), fail);
    });
  }
  zip.end();
  let size = 0;
  const counting = new Transform({
    transform: (chunk: Uint8Array, _, done) => {
      size += chunk.length;
      done(size > mostBytes ? new ArchiveTooLarge() : null, chunk);
    },
  });
  try {
    await pipeline(zip.outputStream, counting, createWriteStream(path, { mode: 0o600 }));
  } finally {
    current?.destroy();
  }
  return size;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/csv': 'csv',
};

async function* keptFiles(media: Archived['media'], ownerId: string): AsyncGenerator<Media> {
  for (let after = ''; ; ) {
    const some = await media.keptBy(ownerId, after, FILES_AT_ONCE);
    yield* some;
    const last = some.at(-1);
    if (!last || some.length < FILES_AT_ONCE) return;
    after = last.id;
  }
}

const FILES_AT_ONCE = 100;

/** Appends to the previous file if it is of the same table; a table that comes twice has two files. */
function addTo(files: TableFile[], name: string, subgraph: string, part: number): void {
  const current = files.at(-1);
  const isSame = (it: TableFile) => it.name === name || it.name.startsWith(`${name}-`);
  if (current && isSame(current)) return void current.parts.push(part);
  const times = files.filter(isSame).length;
  files.push({ name: times === 0 ? name : `${name}-${times + 1}`, subgraph, parts: [part] });
}
