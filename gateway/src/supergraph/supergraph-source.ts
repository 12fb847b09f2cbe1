import { type WatchedFile, type WatchedFileOptions, watchedFile } from '../watched-file.ts';

/** Where the supergraph comes from, and how a gateway learns of a new one. */
export type SupergraphSource = WatchedFile;

export const fixedSupergraph = (sdl: string): SupergraphSource => ({
  load: async () => sdl,
  watch: () => () => {},
});

export const supergraphFile = (
  path: string,
  options: Omit<WatchedFileOptions, 'what'>,
): SupergraphSource => watchedFile(path, { ...options, what: 'the supergraph' });
