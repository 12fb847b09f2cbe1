import { createEngine, type Engine, type EngineOptions } from '@souk/engine';
import { type DocumentNode, parse } from 'graphql';
import { type AccessRules, accessRulesOf } from '../access/access-rules.ts';
import { type ViewerFields, viewerFieldsOf } from '../access/viewer-fields.ts';
import { type CostRules, costRulesOf } from '../limits/cost-rules.ts';
import type { GatewayContext } from '../upstream/context.ts';
import { assertSupported } from './unsupported-specifications.ts';

/** One version of the supergraph with everything that is derived from it. */
export interface GatewaySupergraph {
  readonly sdl: string;
  readonly document: DocumentNode;
  readonly engine: Engine<GatewayContext>;
  readonly access: AccessRules;
  readonly viewerFields: ViewerFields;
  readonly costs: CostRules;
}

/** Throws, saying what and where, when the text is no supergraph this gateway can serve. */
export function createGatewaySupergraph(
  supergraphSdl: string,
  options: Omit<EngineOptions<GatewayContext>, 'supergraphSdl'>,
): GatewaySupergraph {
  // Kept as long as it is served, and nobody asks it for places in the text.
  const document = parse(supergraphSdl, { noLocation: true });
  assertSupported(document);
  const access = accessRulesOf(document);
  const viewerFields = viewerFieldsOf(document, access);
  const costs = costRulesOf(document);
  // Last, as it is kept until it is closed: nothing may throw behind it.
  const engine = createEngine({ ...options, supergraphSdl });
  return { sdl: supergraphSdl, document, engine, access, viewerFields, costs };
}
