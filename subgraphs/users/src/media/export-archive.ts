import { type GatheredRows, unseal } from '@souk/runtime/events';
import type { SealedPart } from '../persistence/account-export-store.ts';

const README = `This is what Souk knows of you: for each part of it one folder, and in it one file for each of its tables.
What others said, codes, passwords and keys are not in it. Times are UTC, amounts are in the smallest unit of
their currency. Your files are at the addresses that your account shows.
`;

/** One ZIP of all that was told: a folder for each subgraph, a file of JSON for each of its tables. */
export async function makeArchive({
  privateKey,
  parts,
}: {
  readonly privateKey: Uint8Array;
  readonly parts: readonly SealedPart[];
}): Promise<Buffer> {
  // Loaded for the few who ask, not at every start.
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(README), 'README.txt');
  for (const [name, rows] of rowsOf(privateKey, parts)) {
    zip.addBuffer(Buffer.from(`${JSON.stringify(rows, null, 2)}\n`), `${name}.json`);
  }
  zip.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** By file name, what all parts up to the last of each subgraph hold. */
function rowsOf(privateKey: Uint8Array, parts: readonly SealedPart[]): Map<string, unknown[]> {
  const files = new Map<string, unknown[]>();
  const last = new Map(parts.flatMap((it) => (it.isLast ? [[it.subgraph, it.part] as const] : [])));
  for (const { subgraph, part, sealed } of parts) {
    if (part > (last.get(subgraph) ?? -1)) continue;
    const { table, rows } = JSON.parse(unseal(privateKey, sealed)) as GatheredRows;
    if (rows.length === 0) continue;
    const name = `${subgraph}/${table}`;
    files.set(name, [...(files.get(name) ?? []), ...rows]);
  }
  return files;
}
