import type { Page } from '@souk/runtime/graphql';
import type { Specimen } from '../domain/specimen.ts';
import type { Db } from './client.ts';

export interface SpecimenStore {
  findMany(ids: readonly string[]): Promise<Specimen[]>;
  insert(specimen: Specimen): Promise<void>;
  /** The newest first, one more than wanted if there are more. */
  page(page: Page<string>): Promise<Specimen[]>;
}

export const createSpecimenStore = ({ specimen }: Db): SpecimenStore => ({
  findMany: (ids) => specimen.findMany({ where: { id: { in: [...ids] } } }),
  insert: async (data) => {
    await specimen.create({ data });
  },
  page: ({ limit, from }) =>
    specimen.findMany({
      where: from === null ? {} : { id: { lt: from } },
      orderBy: { id: 'desc' },
      take: limit + 1,
    }),
});
