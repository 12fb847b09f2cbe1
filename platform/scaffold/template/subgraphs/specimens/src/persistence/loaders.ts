import { createLoader, type Loader } from '@souk/runtime/graphql';
import type { Specimen } from '../domain/specimen.ts';
import type { Stores } from './stores.ts';

export interface Loaders {
  readonly specimen: Loader<Specimen>;
}

export const createLoaders = ({ specimens }: Stores): Loaders => ({
  specimen: createLoader(specimens.findMany, ({ id }) => id),
});
