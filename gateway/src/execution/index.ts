export { createEngine } from './engine.ts';
export { refusalFrom, SubgraphFault, type SubgraphFaultCode } from './errors.ts';
export type * from './types.ts';
