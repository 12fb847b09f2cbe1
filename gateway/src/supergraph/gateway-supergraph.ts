import { createEngine, type Engine, type EngineOptions } from '@souk/engine';
import { type DocumentNode, Kind, parse } from 'graphql';
import { type AccessRules, accessRulesOf } from '../access/access-rules.ts';
import { type ViewerFields, viewerFieldsOf } from '../access/viewer-fields.ts';
import { type IdentityParts, identityPartsOf } from '../identity/served-identity.ts';
import { type CostRules, costRulesOf } from '../limits/cost-rules.ts';
import type { GatewayContext } from '../upstream/context.ts';
import { assertSupported } from './unsupported-specifications.ts';

/** One version of the supergraph, with everything that is derived from it. */
export interface GatewaySupergraph {
  readonly sdl: string;
  readonly engine: Engine<GatewayContext>;
  readonly access: AccessRules;
  readonly viewerFields: ViewerFields;
  readonly costs: CostRules;
  readonly identity: IdentityParts | null;
  /** The names of the root fields of queries, including those hidden from clients. */
  readonly queries: ReadonlySet<string>;
}

/** Throws, with the reason and place, when this gateway cannot serve the text as a supergraph. */
export function createGatewaySupergraph(
  supergraphSdl: string,
  options: Omit<EngineOptions<GatewayContext>, 'supergraphSdl'>,
): GatewaySupergraph {
  // It is not kept: everything that is needed later is derived here. Locations would double its size.
  const document = parse(supergraphSdl, { noLocation: true });
  assertSupported(document);
  const access = accessRulesOf(document);
  const viewerFields = viewerFieldsOf(document, access);
  const costs = costRulesOf(document);
  const identity = identityPartsOf(document);
  const queries = queriesOf(document);
  // This comes last, since the engine must be closed later: nothing after it may throw.
  const engine = createEngine({ ...options, supergraphSdl, supergraph: document });
  return { sdl: supergraphSdl, engine, access, viewerFields, costs, identity, queries };
}

const queriesOf = ({ definitions }: DocumentNode): ReadonlySet<string> =>
  new Set(
    definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Query'
        ? (definition.fields ?? []).map(({ name }) => name.value)
        : [],
    ),
  );
