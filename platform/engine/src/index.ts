export { type BoundedCache, createBoundedCache } from './bounded-cache.ts';
export { documentOf, operationOf } from './compile/chosen-operation.ts';
export { FiniteFloatsRule } from './compile/finite-floats-rule.ts';
export { freeName, namesIn, responseName, type UsedNames } from './compile/free-names.ts';
export { argumentOf, textArgumentOf } from './compile/given-arguments.ts';
export { planText } from './compile/plan-outline.ts';
export { PlanningUnavailable } from './compile/planning-limits.ts';
export { checkScalars } from './compile/scalars.ts';
export { linksOf, namesOfDirectives } from './compile/specification-names.ts';
export { apiSchemaOf } from './compile/supergraph.ts';
export { createEngine, type Engine } from './engine.ts';
export { refusalFrom, SubgraphFault, type SubgraphFaultCode } from './errors.ts';
export {
  countObjects,
  elementTexts,
  isJsonObject,
  mayChangeNumbers,
  parseExactly,
  stringifyExactly,
  textAt,
} from './json/exact-json.ts';
export { keepNumbers, variablesKey } from './json/exact-variables.ts';
export type * from './operation.ts';
export type * from './options.ts';
export { createPlanCache, type PlanCache } from './plan-cache.ts';
export type * from './response.ts';
export { errorsOfParts } from './run/part-result.ts';
export { responseText } from './run/pooled-bytes.ts';
export type { SubscriptionSource } from './run/subscription-source.ts';
export type * from './transport.ts';
