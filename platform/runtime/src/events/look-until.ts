import { setTimeout as delay } from 'node:timers/promises';

const LOOKS = 21;
const PAUSE_MS = 100;

/** How often to look where something else is wrong anyway, or has been waited for already: half a second. */
export const A_FEW_LOOKS = 6;

/**
 * Looks again until what is known to come is there, two seconds at most; gives what was seen last.
 * For news of another subgraph that are on their way while somebody waits: whoever calls decides what
 * it means when they have not come.
 */
export async function lookUntil<Seen>(
  look: () => Promise<Seen>,
  isThere: (seen: Seen) => boolean,
  most = LOOKS,
): Promise<Seen> {
  for (let looks = 1; ; looks += 1) {
    const seen = await look();
    if (looks === most || isThere(seen)) return seen;
    await delay(PAUSE_MS);
  }
}
