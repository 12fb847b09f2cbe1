import { setFlagsFromString } from 'node:v8';

/**
 * Has WebAssembly compiled once, by V8's baseline compiler. The WebAssembly of a process that asks a database is Prisma's
 * query compiler: optimising it in the background costs a third of a subgraph's start and 50 MB that are never freed, to
 * save some 7% of the cost of a query. To be called before it is loaded; a V8 without the flag ignores it.
 */
export const compileWebAssemblyOnce = (): void => setFlagsFromString('--liftoff-only');
