export { PlanningUnavailable } from '../src/compile/planning-limits.ts';
export { PlanningThread } from '../src/compile/planning-thread.ts';
export { planningThreads } from '../src/compile/planning-threads.ts';
export {
  INVENTED_ALIASES,
  INVENTED_FRAGMENTS,
  INVENTED_VARIABLES,
} from './differential/invented-names.ts';
export { fieldFunctions, subgraphs } from './differential/market.ts';
export { createRandom, type Random } from './differential/random.ts';
export { type Names, PLAIN_NAMES, randomOperation } from './differential/random-operation.ts';
export { HARD, hardSupergraph } from './hard-supergraph.ts';
export { inParts, type MergedParts, merged, type ReceivedParts } from './parts.ts';
export * from './test-supergraph.ts';
