import { defineStores, type StoresOf } from '@souk/runtime/persistence';
import type { Db } from './client.ts';
import { createSpecimenStore } from './specimen-store.ts';

/** Everything this subgraph reads and writes, on one transaction or on the client itself. */
export type Stores = StoresOf<typeof storesOn>;

export const storesOn = defineStores<Db>()({ specimens: createSpecimenStore });
