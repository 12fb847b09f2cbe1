import { readFileSync } from 'node:fs';

import { identifiableTypesIn, identitySchemaOf } from '../identity/identity-schema.ts';
import { apiDocumentOf } from './api-document.ts';
import { CompositionError, compose, type SubgraphSchema } from './compose.ts';
import { IDENTITY, IDENTITY_URL, SUBGRAPHS } from './subgraphs.ts';

export const REPOSITORY = new URL('../../..', import.meta.url);
const IDENTITY_SCHEMA = 'gateway/src/identity/schema.graphql';
const SUPERGRAPH = 'gateway/supergraph.graphql';
const API = 'gateway/api.graphql';

const read = (file: string): string => {
  try {
    return readFileSync(new URL(file, REPOSITORY), 'utf8');
  } catch {
    throw new CompositionError([`${file} is missing`]);
  }
};

/** The files that composing gives, by path in the repository. */
export function composeRepository(): Record<string, string> {
  const owned = SUBGRAPHS.map(({ name, url }): SubgraphSchema => {
    const file = `subgraphs/${name}/schema.graphql`;
    return { name, url, file, typeDefs: read(file) };
  });
  const identitySchema = identitySchemaOf(
    identifiableTypesIn(owned.map(({ typeDefs }) => typeDefs)),
  );
  const identity: SubgraphSchema = {
    name: IDENTITY,
    url: IDENTITY_URL,
    file: IDENTITY_SCHEMA,
    typeDefs: identitySchema,
  };
  const supergraph = compose([...owned, identity]);
  return {
    [IDENTITY_SCHEMA]: identitySchema,
    [SUPERGRAPH]: supergraph,
    [API]: apiDocumentOf(supergraph),
  };
}
