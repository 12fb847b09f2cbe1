import type { Unanswered } from '../../src/run/unanswered.ts';

/**
 * The naive blame: a null where none may be is the fault of the field that has it, though its subgraph
 * was never heard about it since a sibling failed.
 */
export const blameEveryNull = (): Unanswered => ({ explains: () => false });
