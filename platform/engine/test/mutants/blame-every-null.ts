import type { Unanswered } from '../../src/run/unanswered.ts';

/**
 * The naive rule: a null where none is allowed is the fault of its field, even if its subgraph was never
 * asked because a sibling failed.
 */
export const blameEveryNull = (): Unanswered => ({ explains: () => false });
