import { isIdOf } from '@souk/runtime/domain';
import type { SpecimenResolvers } from '../__generated__/resolvers.ts';

export const Specimen: SpecimenResolvers = {
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('spc', id) ? loaders.specimen.load(id) : null,
  author: ({ authorId }) => ({ id: authorId }),
};
