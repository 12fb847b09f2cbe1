import type { DocumentNode } from 'graphql';
import type { LocalSubgraph, LocalSubgraphs } from '../upstream/local-subgraph.ts';
import type { GatewayTransport } from '../upstream/transport.ts';
import { createAskOwner } from './ask-owners.ts';
import { IDENTITY, IDENTITY_URL } from './identity-address.ts';
import { identifiableTypesOf, identitySchemaOf } from './identity-schema.ts';
import { createOpenViewerEvents } from './open-viewer-events.ts';
import { ownersOf } from './owners.ts';
import { type ViewerTopic, viewerTopicsOf } from './viewer-topics.ts';

/** What the identity subgraph of a supergraph is made from. */
export interface IdentityParts {
  readonly schema: string;
  /** The subgraph that owns each type. */
  readonly owners: ReadonlyMap<string, string>;
  readonly topics: readonly ViewerTopic[];
}

/** Null for a supergraph without an identity subgraph. */
export function identityPartsOf(supergraph: DocumentNode): IdentityParts | null {
  const types = identifiableTypesOf(supergraph, IDENTITY_URL);
  if (!types) return null;
  return {
    schema: identitySchemaOf(types),
    owners: ownersOf(supergraph, IDENTITY_URL),
    topics: viewerTopicsOf(supergraph),
  };
}

type Upstream = () => Pick<GatewayTransport, 'execute' | 'subscribe'>;

/** The identity subgraph of whatever supergraph is loaded, made anew with each; none without one. */
export function createServedIdentity(upstream: Upstream): {
  adopt(parts: IdentityParts | null): void;
  subgraph: LocalSubgraphs;
} {
  let identity: LocalSubgraph | undefined;
  return {
    adopt: (parts) => {
      identity = parts ? whenAsked(() => identityOf(parts, upstream)) : undefined;
    },
    subgraph: (name) => (name === IDENTITY ? identity : undefined),
  };
}

/** `@apollo/subgraph` is loaded with the first request, since a start does not need it. */
async function identityOf({ schema, owners, topics }: IdentityParts, upstream: Upstream) {
  const { createIdentitySubgraph } = await import('./identity-subgraph.ts');
  return createIdentitySubgraph(
    schema,
    (...asked) => createAskOwner(upstream(), (name) => owners.get(name))(...asked),
    createOpenViewerEvents(upstream, topics),
  );
}

function whenAsked(open: () => Promise<LocalSubgraph>): LocalSubgraph {
  let opened: Promise<LocalSubgraph> | undefined;
  const subgraph = (): Promise<LocalSubgraph> => {
    opened ??= open();
    return opened;
  };
  return {
    execute: async (request) => (await subgraph()).execute(request),
    subscribe: async (request) => (await subgraph()).subscribe(request),
  };
}
