import type { DocumentNode } from 'graphql';
import type { LocalSubgraph, LocalSubgraphs } from '../upstream/local-subgraph.ts';
import type { GatewayTransport } from '../upstream/transport.ts';
import { type AskOwner, createAskOwner } from './ask-owners.ts';
import { IDENTITY, IDENTITY_URL } from './identity-address.ts';
import { identifiableTypesOf, identitySchemaOf } from './identity-schema.ts';
import { createIdentitySubgraph } from './identity-subgraph.ts';
import { createOpenViewerEvents } from './open-viewer-events.ts';
import { ownersOf } from './owners.ts';

/**
 * The identity subgraph of the current supergraph, made anew for each one; none when a supergraph has none.
 */
export function createServedIdentity(
  transport: () => Pick<GatewayTransport, 'execute' | 'subscribe'>,
): {
  adopt(supergraph: DocumentNode): void;
  subgraph: LocalSubgraphs;
} {
  let identity: LocalSubgraph | undefined;
  let owners: ReadonlyMap<string, string> = new Map();
  return {
    adopt: (supergraph) => {
      const types = identifiableTypesOf(supergraph, IDENTITY_URL);
      owners = ownersOf(supergraph, IDENTITY_URL);
      const askOwner: AskOwner = (...asked) =>
        createAskOwner(transport(), (name) => owners.get(name))(...asked);
      const openViewerEvents = createOpenViewerEvents(transport, supergraph);
      identity = types
        ? createIdentitySubgraph(identitySchemaOf(types), askOwner, openViewerEvents)
        : undefined;
    },
    subgraph: (name) => (name === IDENTITY ? identity : undefined),
  };
}
