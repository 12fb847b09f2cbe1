import type { Db } from './client.ts';
import { createSpecimenStore, type SpecimenStore } from './specimen-store.ts';

export interface Stores {
  readonly specimens: SpecimenStore;
}

export const storesOn = (db: Db): Stores => ({ specimens: createSpecimenStore(db) });
