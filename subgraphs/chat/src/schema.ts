import { readFileSync } from 'node:fs';

/** Where the contract is; the same one folder up from `src/` and from a bundle in `dist/`. */
export const schemaUrl = new URL('../schema.graphql', import.meta.url);

export const readTypeDefs = (): string => readFileSync(schemaUrl, 'utf8');
