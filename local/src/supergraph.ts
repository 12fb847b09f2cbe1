import { fileURLToPath } from 'node:url';
import { createChatSubgraph } from '@souk/chat';
import {
  createAccessTokenVerifier,
  createGateway,
  type Gateway,
  type GatewayOptions,
} from '@souk/gateway';
import { createGroupsSubgraph } from '@souk/groups';
import {
  createCaughtMail,
  createNotificationsSubgraph,
  embeddedConfig as embeddedNotificationsConfig,
  openCaughtMail,
} from '@souk/notifications';
import { createOrdersSubgraph } from '@souk/orders';
import { createProductsSubgraph } from '@souk/products';
import {
  type Backplane,
  createEndedSessions,
  type Logger,
  needing,
  newId,
  type Subgraph,
  type SubgraphDeps,
  type SubgraphName,
  systemClock,
} from '@souk/runtime';
import { createUsersSubgraph, type DemoPerson, publicKeys } from '@souk/users';
import { DEMO_PASSWORD, seedDemo } from './demo.ts';
import { type LocalSettings, localSettings } from './local-settings.ts';
import { mailboxRoute } from './mailbox-route.ts';
import type { LocalSecrets } from './secrets.ts';

export interface SupergraphOptions {
  databaseUrls: Readonly<Record<SubgraphName, string>>;
  backplane: Backplane;
  secrets: LocalSecrets;
  /** 0 takes a free one. */
  port: number;
  /** Fill the databases with demo data, where it is not there yet. */
  demo: boolean;
  persistedOperations?: GatewayOptions['persistedOperations'];
  logger: Logger;
  /** Limits and the like; default: as `npm start` has them without any environment. */
  settings?: LocalSettings;
  /** Where caught mails are kept over restarts; without it they end with the process. */
  mailFile?: string;
  onStep?: (step: string) => void;
  draining?: () => boolean;
}

export interface Supergraph {
  readonly gateway: Gateway;
  readonly subgraphs: Readonly<Record<SubgraphName, Subgraph>>;
  /** Ends client connections first, then workers, then subgraphs. */
  close(): Promise<void>;
}

/** The supergraph of this repository, for the gateway of the same process. */
const SUPERGRAPH_FILE = fileURLToPath(new URL('../../gateway/supergraph.graphql', import.meta.url));

/** All six subgraphs, their workers and the gateway, in this process. */
export async function startSupergraph(options: SupergraphOptions): Promise<Supergraph> {
  const { databaseUrls, backplane, secrets, port, demo, logger, draining, onStep } = options;
  const { gateway: gatewaySettings, ...settings } = options.settings ?? localSettings({});
  const depsOf = <Config>(name: SubgraphName, config: Config): SubgraphDeps<Config> => ({
    config,
    databaseUrl: databaseUrls[name],
    backplane,
    cursorSecret: secrets.cursorSecret,
    logger: logger.child({ subgraph: name }),
    clock: systemClock,
    newId,
  });
  const deps = {
    users: depsOf('users', { accessTokenPrivateKeys: [secrets.accessTokenKey] }),
    products: depsOf('products', settings.products),
    orders: depsOf('orders', settings.orders),
    groups: depsOf('groups', settings.groups),
    chat: depsOf('chat', settings.chat),
    notifications: depsOf('notifications', embeddedNotificationsConfig()),
  };
  const mail = options.mailFile
    ? await openCaughtMail({ logger, file: options.mailFile })
    : createCaughtMail({ logger });
  const [users, products, orders, groups, chat, notifications] = await Promise.all([
    createUsersSubgraph(deps.users),
    createProductsSubgraph(deps.products),
    createOrdersSubgraph(deps.orders),
    createGroupsSubgraph(deps.groups),
    createChatSubgraph(deps.chat),
    createNotificationsSubgraph({ ...deps.notifications, mail }),
  ]);
  const subgraphs = { users, products, orders, groups, chat, notifications };
  let demoPeople: DemoPerson[] = [];
  if (demo) {
    onStep?.('filling in the demo people, catalogue and rooms');
    demoPeople = await seedDemo(deps);
  }
  onStep?.('starting the gateway');
  const workers = Object.values(subgraphs).map((subgraph) => subgraph.startWorker());
  const closeHouse = async () => {
    await Promise.all(workers.map((worker) => worker.close(5_000)));
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
  };
  try {
    const gateway = await createGateway({
      ...gatewaySettings,
      supergraphFile: SUPERGRAPH_FILE,
      subgraphs,
      verifyAccessToken: createAccessTokenVerifier({ keys: publicKeys(deps.users.config) }),
      sessions: { subgraph: 'users', list: createEndedSessions(backplane.cache) },
      backplane,
      port,
      ...(demo
        ? {
            demoPeople: {
              password: DEMO_PASSWORD,
              people: demoPeople.map(({ username, displayName }) => ({ username, displayName })),
            },
          }
        : {}),
      persistedOperations: options.persistedOperations ?? gatewaySettings.persistedOperations,
      ready: needing({
        postgresql: async () => {
          await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.ready()));
        },
      }),
      routes: [mailboxRoute(mail.list)],
      draining,
      logger,
    });
    return {
      gateway,
      subgraphs,
      close: async () => {
        await gateway.close();
        await closeHouse();
      },
    };
  } catch (error) {
    await closeHouse();
    throw error;
  }
}
