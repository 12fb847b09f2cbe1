import type { Changes } from '../../src/run/take-back.ts';

/**
 * The naive reading: what was read before an answer turned out to be wrong is kept. A part of it is
 * then shown, or completed by other subgraphs, as if it were all there is.
 */
export const keepWhatWasRead: Changes['takeBack'] = () => {};
