import type { StreamPlace } from '@souk/runtime/subgraph';
import type { Specimen } from '../domain/specimen.ts';

/** What resolvers of each GraphQL type start from. */
export type SpecimenModel = Specimen;

export interface SpecimenCreatedModel extends StreamPlace {
  __typename: 'SpecimenCreated';
  specimen: Specimen;
}
