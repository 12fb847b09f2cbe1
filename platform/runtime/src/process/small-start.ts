import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What V8 multiplies its young generation by when much of it survives; its own default. */
const GROWTH = 2;

/*
 * The first import of a bundled process (deploy/build.mjs), as it acts when it is read: V8's young generation stays as small as
 * it begins until the process has started. All that is read and built at the start lives on, from
 * which V8 concludes that it needs more room for what is young: 32 MB that it never gives back, and
 * that an idle process does not use.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/**
 * To be called when the process is ready: what only its start needed is let go of, which V8 would keep until
 * there is as much again, and from then on the young generation grows with the load.
 */
export function hasStarted(): void {
  collectGarbage();
  setFlagsFromString(`--semi-space-growth-factor=${GROWTH}`);
}

const GIVING_BACK = { type: 'major', flavor: 'last-resort' };

/**
 * By V8's own function, which a new context has once the flag is set; it stays, as flags are the process's and a planning thread may be
 * about to make its own context. What is left of a start lies scattered over twice as many pages as
 * it fills: only compacted are they given back, and those that were emptied by one collection are given back by the next (Node 20), or
 * kept for what comes unless nothing else is left (Node 22; Node 20 knows no flavors, and collects nothing then).
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
