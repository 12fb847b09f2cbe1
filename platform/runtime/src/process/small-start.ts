import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The factor by which V8 enlarges its young generation when much of it survives; its own default. */
const GROWTH = 2;

/*
 * The first import of a bundled process (deploy/build.mjs), since it takes effect when it is loaded: V8's
 * young generation keeps its initial size until the process has started. Everything that is loaded and built
 * at the start survives, from which V8 would conclude that it needs a larger young generation: 32 MB that it
 * never frees, and that an idle process does not use.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/**
 * To be called when the process is ready: frees what only its start needed, which V8 would otherwise keep
 * until as much is allocated again, and from then on lets the young generation grow with the load.
 */
export function hasStarted(): void {
  collectGarbage();
  setFlagsFromString(`--semi-space-growth-factor=${GROWTH}`);
}

const GIVING_BACK = { type: 'major', flavor: 'last-resort' };

/**
 * Uses V8's own function, which a new context has once the flag is set; the flag stays set, since flags are
 * per process and a planning thread may be about to create its own context. After a start, live objects are
 * scattered over twice as many pages as they fill. Pages are freed only by compaction: those emptied by one
 * collection are freed by the next (Node 20), or kept unless nothing else is left (Node 22; Node 20 does not
 * know flavors, and collects nothing then).
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how?: object) => void;
  setFlagsFromString('--compact-on-every-full-gc');
  collect();
  collect();
  collect(GIVING_BACK);
  setFlagsFromString('--no-compact-on-every-full-gc');
}
