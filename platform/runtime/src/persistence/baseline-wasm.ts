import { setFlagsFromString } from 'node:v8';

/**
 * Has WebAssembly compiled once, by V8's baseline compiler. The only WebAssembly of a process is
 * Prisma's query compiler: making it faster in the background costs a third of the start's CPU time
 * and 50 MB that are not given back, for some 7% of what a query costs. To be called before the
 * first query; a V8 without the flag ignores it.
 */
export const compileWebAssemblyOnce = (): void => setFlagsFromString('--liftoff-only');
