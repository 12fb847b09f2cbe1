import { loadOwnConfig as loadChatConfig } from '@souk/chat';
import { loadOwnConfig as loadGroupsConfig } from '@souk/groups';
import { loadOwnConfig as loadProductsConfig } from '@souk/products';
import {
  type Backplane,
  type Logger,
  newId,
  type SubgraphDeps,
  type SubgraphName,
  systemClock,
} from '@souk/runtime';
import type { DemoPerson } from '@souk/users';
import { seedDemo } from './demo.ts';
import type { LocalSecrets } from './secrets.ts';

export interface SeedTarget {
  databaseUrls: Readonly<Record<SubgraphName, string>>;
  backplane: Backplane;
  secrets: LocalSecrets;
  logger: Logger;
}

/** Fills migrated databases with the demo data, where it is not there yet. */
export function seedDatabases(target: SeedTarget): Promise<DemoPerson[]> {
  const { databaseUrls, backplane, secrets, logger } = target;
  const depsOf = <Config>(name: SubgraphName, config: Config): SubgraphDeps<Config> => ({
    config,
    databaseUrl: databaseUrls[name],
    backplane,
    cursorSecret: secrets.cursorSecret,
    logger: logger.child({ subgraph: name }),
    clock: systemClock,
    newId,
  });
  return seedDemo({
    users: depsOf('users', { accessTokenPrivateKeys: [secrets.accessTokenKey] }),
    products: depsOf('products', loadProductsConfig(process.env)),
    groups: depsOf('groups', loadGroupsConfig(process.env)),
    chat: depsOf('chat', loadChatConfig(process.env)),
  });
}
