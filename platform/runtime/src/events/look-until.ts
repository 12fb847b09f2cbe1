import { setTimeout as delay } from 'node:timers/promises';

const LOOKS = 21;
const PAUSE_MS = 100;

/**
 * Pauses after which something else is probably wrong, or that have been waited for already: half a second in
 * total.
 */
export const A_FEW_LOOKS = 6;

/**
 * Reads again until something that is known to be coming has arrived, for two seconds at most; returns what
 * was read last. For news of another subgraph that are on their way while somebody waits: the caller decides
 * what it means when they have not arrived.
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
