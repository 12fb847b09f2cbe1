import { setFlagsFromString } from 'node:v8';

/** What V8 multiplies its young generation by when much of it survives; its own default. */
const GROWTH = 2;

/*
 * The first import of a bundled process (deploy/build.mjs), as it acts when it is read: V8's young generation stays as small as
 * it begins until the process has started. All that is read and built at the start lives on, from
 * which V8 concludes that it needs more room for what is young: 32 MB that it never gives back, and
 * that an idle process does not use.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** To be called when the process is ready: from then on the young generation grows with the load. */
export const hasStarted = (): void => setFlagsFromString(`--semi-space-growth-factor=${GROWTH}`);
