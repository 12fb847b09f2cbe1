import DataLoader from 'dataloader';

/**
 * A loader for one operation: ids requested in one turn become one read. `readMany` may answer in any order
 * and leave out unknown ids, which load as null.
 */
export const createLoader = <Key extends string, Row>(
  readMany: (keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  { remember = true }: LoaderOptions = {},
): DataLoader<Key, Row | null> =>
  new DataLoader(
    async (keys) => {
      const rows = new Map((await readMany([...new Set(keys)])).map((row) => [keyOf(row), row]));
      return keys.map((key) => rows.get(key) ?? null);
    },
    { maxBatchSize: remember ? 500 : 10_000, cache: remember },
  );

/** Makes loaders of what the viewer has of something; people who are not signed in have nothing. */
export const createViewerLoaders =
  (viewerId: string | null) =>
  <Key extends string, Row>(
    readMany: (viewerId: string, keys: readonly Key[]) => Promise<readonly Row[]>,
    keyOf: (row: Row) => Key,
  ): DataLoader<Key, Row | null> =>
    createLoader(async (keys) => (viewerId === null ? [] : readMany(viewerId, keys)), keyOf);

export interface LoaderOptions {
  /** False for a loader that many operations share: it batches, and forgets everything after each read. */
  remember?: boolean;
}

/** A one-to-many loader: each key loads the rows that belong to it, in the order in which they were read. */
export const createListLoader = <Key extends string, Row>(
  readMany: (keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): DataLoader<Key, Row[]> =>
  new DataLoader(
    async (keys) => {
      const rowsOf = new Map<Key, Row[]>(keys.map((key) => [key, []]));
      for (const row of await readMany(keys)) rowsOf.get(keyOf(row))?.push(row);
      return keys.map((key) => rowsOf.get(key) ?? []);
    },
    { maxBatchSize: 500 },
  );

export type Loader<Row> = DataLoader<string, Row | null>;
export type ListLoader<Row> = DataLoader<string, Row[]>;
