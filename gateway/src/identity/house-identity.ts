import type { DocumentNode } from 'graphql';
import { IDENTITY, IDENTITY_URL } from '../subgraphs.ts';
import type { LocalSubgraph, LocalSubgraphs } from '../transport/local-subgraph.ts';
import { identifiableTypesOf, identitySchemaOf } from './identity-schema.ts';
import { createIdentitySubgraph } from './identity-subgraph.ts';

/** The identity subgraph of whatever supergraph is loaded, made anew with each; none without one. */
export function createHouseIdentity(): {
  adopt(supergraph: DocumentNode): void;
  subgraph: LocalSubgraphs;
} {
  let identity: LocalSubgraph | undefined;
  return {
    adopt: (supergraph) => {
      const types = identifiableTypesOf(supergraph, IDENTITY_URL);
      identity = types ? createIdentitySubgraph(identitySchemaOf(types)) : undefined;
    },
    subgraph: (name) => (name === IDENTITY ? identity : undefined),
  };
}
