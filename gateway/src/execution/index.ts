export { createEngine } from './engine.ts';
export { SubgraphFault, type SubgraphFaultCode } from './errors.ts';
export type * from './types.ts';
