import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql';
import type { Planner, PlannerOptions } from '../../src/compile/planner.ts';

/** The naive planner: it plans where requests are answered, and nothing else happens meanwhile. */
export function planOnTheSpot({
  supergraphSdl,
  mostPlansEvaluated,
  limitMs,
}: PlannerOptions): Planner {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  const planner = new QueryPlanner(supergraph, {
    debug: { maxEvaluatedPlans: mostPlansEvaluated },
  });
  const schema = supergraph.apiSchema();
  return {
    limitMs,
    ready: Promise.resolve(),
    plan: async (document) => planner.buildQueryPlan(operationFromDocument(schema, document)),
    conflictsIn: async (text) => {
      const rules = [OverlappingFieldsCanBeMergedRule];
      const conflicts = validate(schema.toGraphQLJSSchema(), parse(text), rules);
      return conflicts.map(({ message, positions }) => ({ message, positions }));
    },
    close: () => {},
  };
}
