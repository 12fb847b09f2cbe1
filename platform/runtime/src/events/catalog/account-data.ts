import { z } from 'zod';
import { defineEvent, type SubgraphName } from '../define-event.ts';

export type AccountDataGathered = `${SubgraphName}.AccountDataGathered`;

const payload = z.object({
  exportId: z.string(),
  /** Counted from 0; those behind the last are none. */
  part: z.number(),
  isLast: z.boolean(),
  /** Rows of one table, which only whoever asked for them can open. */
  sealed: z.string(),
});

export type GatheredPayload = z.infer<typeof payload>;

/** What each subgraph answers who asked what is known of them, part by part. */
export const accountDataGathered = (name: SubgraphName) =>
  defineEvent({
    version: 1,
    summary: `Some of what ${name} knows of a person, sealed for the export they asked for.`,
    payload,
    consumedBy: ['users'],
  });
