import { Readable } from 'node:stream';
import { type GatheredRows, unseal } from '@souk/runtime/events';
import type { AccountExportStore } from '../persistence/account-export-store.ts';

const README = `This is what Souk knows of you: for each part of it one folder, and in it files for each of its tables.
What others said, codes, passwords and keys are not in it. Times are UTC, amounts are in the smallest unit of
their currency. Your files are at the addresses that your account shows.
`;

/** More was gathered than one archive may hold. */
export class ArchiveTooLarge extends Error {}

/** Parts of one table that follow each other, by their numbers. */
interface TableFile {
  readonly name: string;
  readonly subgraph: string;
  readonly parts: number[];
}

/**
 * One ZIP of all that was gathered: a folder for each subgraph, a file of JSON for each of its tables. Parts are
 * opened one at a time. Null when the export was ended meanwhile; throws `ArchiveTooLarge`.
 */
export async function makeArchive(
  exports: Pick<AccountExportStore, 'keyOf' | 'lastParts' | 'sealed'>,
  id: string,
  mostBytes: number,
): Promise<Buffer | null> {
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

  // Loaded for the few who ask, not at every start.
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
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
    zip.addReadStreamLazy(`${name}.json`, (use) => use(null, Readable.from(lines())));
  }
  zip.end();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of zip.outputStream) {
    size += (chunk as Uint8Array).length;
    if (size > mostBytes) throw new ArchiveTooLarge();
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

/** To the file before, where it is of the same table; a table that comes twice has two files. */
function addTo(files: TableFile[], name: string, subgraph: string, part: number): void {
  const current = files.at(-1);
  const isSame = (it: TableFile) => it.name === name || it.name.startsWith(`${name}-`);
  if (current && isSame(current)) return void current.parts.push(part);
  const times = files.filter(isSame).length;
  files.push({ name: times === 0 ? name : `${name}-${times + 1}`, subgraph, parts: [part] });
}
