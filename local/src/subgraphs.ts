import { createChatSubgraph } from '@souk/chat';
import { createGroupsSubgraph } from '@souk/groups';
import { createNotificationsSubgraph, type MailTransport } from '@souk/notifications';
import { createOrdersSubgraph } from '@souk/orders';
import { createProductsSubgraph } from '@souk/products';
import type { Backplane } from '@souk/runtime/backplane';
import { type Clock, newId, systemClock } from '@souk/runtime/domain';
import { isSealedFor, type SubgraphName } from '@souk/runtime/events';
import type { Logger } from '@souk/runtime/process';
import type { Subgraph, SubgraphDeps } from '@souk/runtime/subgraph';
import { createUsersSubgraph } from '@souk/users';
import type { SubgraphSettings } from './local-settings.ts';
import { type LocalSecrets, sealingKeysOf } from './secrets.ts';

/** What all subgraphs of one process share, and how each is configured. */
export interface SubgraphsOptions {
  databaseUrls: Readonly<Record<SubgraphName, string>>;
  backplane: Backplane;
  secrets: LocalSecrets;
  settings: SubgraphSettings;
  /** Where clients reach files, and where those are kept. */
  media?: LocalMedia;
  logger: Logger;
  clock?: Clock | undefined;
}

/** Without a folder, files end with the process. */
export interface LocalMedia {
  readonly mediaUrl: () => string;
  readonly mediaFolder?: string | undefined;
}

export type LocalDeps = ReturnType<typeof subgraphDeps>;

/** What each subgraph of this process stands on. */
export function subgraphDeps(options: SubgraphsOptions) {
  const {
    databaseUrls,
    backplane,
    secrets,
    settings,
    media,
    logger,
    clock = systemClock,
  } = options;
  const sealing = sealingKeysOf(secrets);
  // One process, one address.
  const documents = media && { documentsUrl: media.mediaUrl };
  const depsOf = <Config>(name: SubgraphName, config: Config): SubgraphDeps<Config> => ({
    config,
    databaseUrl: databaseUrls[name],
    backplane,
    cursorSecret: secrets.cursorSecret,
    eventKeys: { sealing, opening: isSealedFor(name) ? [secrets.eventOpeningKeys[name]] : [] },
    logger: logger.child({ subgraph: name }),
    clock,
    newId,
  });
  return {
    users: depsOf('users', {
      accessTokenPrivateKeys: [secrets.accessTokenKey],
      accountSecretKeys: [secrets.accountSecretKey],
      passkeyDomain: 'localhost',
      ...settings.users,
      ...media,
    }),
    products: depsOf('products', { ...settings.products, ...documents }),
    orders: depsOf('orders', { ...settings.orders, ...documents }),
    groups: depsOf('groups', settings.groups),
    chat: depsOf('chat', settings.chat),
    notifications: depsOf('notifications', {
      ...settings.notifications,
      mailLinksUrl: settings.notifications.mailLinksUrl ?? media?.mediaUrl,
    }),
  } satisfies Record<SubgraphName, SubgraphDeps<unknown>>;
}

/** All subgraphs, in this process; `mail` takes what leaves by mail. */
export async function createSubgraphs(
  deps: LocalDeps,
  mail: MailTransport,
): Promise<Record<SubgraphName, Subgraph>> {
  const starting: Record<SubgraphName, Promise<Subgraph>> = {
    users: createUsersSubgraph(deps.users),
    products: createProductsSubgraph(deps.products),
    orders: createOrdersSubgraph(deps.orders),
    groups: createGroupsSubgraph(deps.groups),
    chat: createChatSubgraph(deps.chat),
    notifications: createNotificationsSubgraph({ ...deps.notifications, mail }),
  };
  const started = Object.entries(starting).map(async ([name, subgraph]) => [name, await subgraph]);
  return Object.fromEntries(await Promise.all(started));
}
