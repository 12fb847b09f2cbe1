import { readFileSync } from 'node:fs';
import { SchemaFileError, withSharedTypes } from '@souk/runtime/schema';
import { IDENTITY, IDENTITY_URL } from '../identity/identity-address.ts';
import { identifiableTypesIn, identitySchemaOf } from '../identity/identity-schema.ts';
import { apiDocumentOf } from './api-document.ts';
import { CompositionError, compose, type SubgraphSchema } from './compose.ts';
import { SUBGRAPH_ADDRESSES } from './subgraph-addresses.ts';

export const REPOSITORY = new URL('../../..', import.meta.url);
const IDENTITY_SCHEMA = 'gateway/src/identity/schema.graphql';
const SUPERGRAPH = 'gateway/supergraph.graphql';
/** What clients see. */
export const API = 'gateway/api.graphql';

const read = (file: string): string => {
  try {
    return readFileSync(new URL(file, REPOSITORY), 'utf8');
  } catch {
    throw new CompositionError([`${file} is missing`]);
  }
};

function wholeSchema(file: string): string {
  try {
    return withSharedTypes(read(file), file);
  } catch (error) {
    throw error instanceof SchemaFileError ? new CompositionError([error.message]) : error;
  }
}

/** The schemas of this repository's subgraphs, and the identity subgraph that is derived from them. */
export function repositorySchemas(): SubgraphSchema[] {
  const owned = SUBGRAPH_ADDRESSES.map(({ name, url }): SubgraphSchema => {
    const file = `subgraphs/${name}/schema.graphql`;
    return { name, url, file, typeDefs: wholeSchema(file) };
  });
  const identitySchema = identitySchemaOf(
    identifiableTypesIn(owned.map(({ typeDefs }) => typeDefs)),
  );
  const identity = { name: IDENTITY, url: IDENTITY_URL, file: IDENTITY_SCHEMA };
  return [...owned, { ...identity, typeDefs: identitySchema }];
}

/** The files that composition produces, by path in the repository. */
export function composeRepository(): Record<string, string> {
  const schemas = repositorySchemas();
  const supergraph = compose(schemas);
  return {
    [IDENTITY_SCHEMA]: schemas.find(({ name }) => name === IDENTITY)?.typeDefs ?? '',
    [SUPERGRAPH]: supergraph,
    [API]: apiDocumentOf(supergraph),
  };
}
