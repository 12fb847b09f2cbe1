import type { DemoPerson } from '@souk/users';
import { seedDemo } from './demo.ts';
import { subgraphSettings } from './local-settings.ts';
import { type SubgraphsOptions, subgraphDeps } from './subgraphs.ts';

/** Fills migrated databases with the demo data, where it is not there yet. */
export const seedDatabases = (target: Omit<SubgraphsOptions, 'settings'>): Promise<DemoPerson[]> =>
  seedDemo(subgraphDeps({ ...target, settings: subgraphSettings(process.env) }));
