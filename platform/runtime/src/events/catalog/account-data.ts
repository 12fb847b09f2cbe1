import { z } from 'zod';
import { defineEvent, type SubgraphName } from '../define-event.ts';

export type AccountDataGathered = `${SubgraphName}.AccountDataGathered`;

const payload = z.object({
  exportId: z.string(),
  /** Counted from 0; there are none after the last. */
  part: z.number(),
  isLast: z.boolean(),
  /** Rows of one table, which only the subgraph that asked for them can decrypt. */
  sealed: z.string(),
});

export type GatheredPayload = z.infer<typeof payload>;

/** What each subgraph answers, part by part, when somebody asks what is known of them. */
export const accountDataGathered = (name: SubgraphName) =>
  defineEvent({
    version: 1,
    summary: `Some of what ${name} knows of a person, sealed for the export they asked for.`,
    payload,
    consumedBy: ['users'],
  });
