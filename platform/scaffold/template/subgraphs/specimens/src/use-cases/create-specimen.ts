import type { TransactionTools } from '@souk/runtime/events';
import { type Specimen, specimensStream } from '../domain/specimen.ts';
import type { Stores } from '../persistence/stores.ts';
import type { Actor, SpecimensDeps } from './deps.ts';

export interface CreateSpecimenInput {
  text: string;
  idempotencyKey?: string | null | undefined;
}

/** Writes down what the viewer has to say; resolves to its id. */
export const createSpecimen = (
  { transaction, clock, newId }: SpecimensDeps,
  { userId: authorId }: Actor,
  { idempotencyKey: key, ...input }: CreateSpecimenInput,
): Promise<string> =>
  transaction(async (stores) => {
    const request = { scope: `createSpecimen:${authorId}`, key, input };
    const { result } = await stores.idempotency.once(request, async () => {
      const specimen = { ...input, id: newId('spc'), authorId, createdAt: clock() };
      await add(stores, specimen);
      return specimen.id;
    });
    return result;
  });

/** Puts it into the database, and the news of it into the event log. */
export async function add(
  { specimens, events }: Stores & TransactionTools,
  specimen: Specimen,
): Promise<void> {
  const { id: specimenId, authorId } = specimen;
  await specimens.insert(specimen);
  await events.append({
    type: 'specimens.SpecimenCreated',
    stream: specimensStream(authorId),
    payload: { specimenId, authorId },
  });
}
