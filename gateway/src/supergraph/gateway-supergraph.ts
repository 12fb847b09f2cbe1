import { createEngine, type Engine, type EngineOptions } from '@souk/engine';
import { type DocumentNode, parse } from 'graphql';
import { type AccessRules, accessRulesOf } from '../access/access-rules.ts';
import { type ViewerFields, viewerFieldsOf } from '../access/viewer-fields.ts';
import { type CostRules, costRulesOf } from '../limits/cost-rules.ts';
import type { GatewayContext } from '../upstream/context.ts';
import { assertSupported } from './unsupported-specifications.ts';

/** One version of the supergraph, with everything that is derived from it. */
export interface GatewaySupergraph {
  readonly sdl: string;
  readonly document: DocumentNode;
  readonly engine: Engine<GatewayContext>;
  readonly access: AccessRules;
  readonly viewerFields: ViewerFields;
  readonly costs: CostRules;
}

/** Throws, with the reason and place, when this gateway cannot serve the text as a supergraph. */
export function createGatewaySupergraph(
  supergraphSdl: string,
  options: Omit<EngineOptions<GatewayContext>, 'supergraphSdl'>,
): GatewaySupergraph {
  // It is kept as long as it is served, and locations in the text are never needed.
  const document = parse(supergraphSdl, { noLocation: true });
  assertSupported(document);
  const access = accessRulesOf(document);
  const viewerFields = viewerFieldsOf(document, access);
  const costs = costRulesOf(document);
  // This comes last, since the engine must be closed later: nothing after it may throw.
  const engine = createEngine({ ...options, supergraphSdl });
  return { sdl: supergraphSdl, document, engine, access, viewerFields, costs };
}
