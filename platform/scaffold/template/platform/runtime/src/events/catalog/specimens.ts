import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const specimensEvents = {
  'specimens.SpecimenCreated': defineEvent({
    version: 1,
    summary: 'Somebody wrote a specimen.',
    payload: z.object({ specimenId: z.string(), authorId: z.string() }),
    consumedBy: [],
  }),
};
