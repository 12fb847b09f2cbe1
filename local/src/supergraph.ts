import { fileURLToPath } from 'node:url';
import { createChatSubgraph, embeddedChatConfig } from '@souk/chat';
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
} from '@souk/notifications';
import { createOrdersSubgraph } from '@souk/orders';
import { createProductsSubgraph, loadOwnConfig as loadProductsConfig } from '@souk/products';
import {
  type Backplane,
  createEndedSessions,
  type Logger,
  newId,
  type Subgraph,
  type SubgraphDeps,
  type SubgraphName,
  systemClock,
} from '@souk/runtime';
import { createUsersSubgraph, publicKeys } from '@souk/users';
import { seedDemo } from './demo.ts';
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

/** As in production, but for people who try things out, all from one address. */
const RATES = {
  rateRegister: { points: 100, perSeconds: 3_600 },
  rateMail: { points: 100, perSeconds: 3_600 },
  rateMessage: { points: 30, perSeconds: 10 },
};

/** All six subgraphs, their workers and the gateway, in this process. */
export async function startSupergraph(options: SupergraphOptions): Promise<Supergraph> {
  const { databaseUrls, backplane, secrets, port, demo, logger, draining } = options;
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
    products: depsOf('products', loadProductsConfig(process.env)),
    orders: depsOf('orders', {}),
    groups: depsOf('groups', {}),
    chat: depsOf('chat', embeddedChatConfig()),
    notifications: depsOf('notifications', embeddedNotificationsConfig()),
  };
  const mail = createCaughtMail({ logger });
  const [users, products, orders, groups, chat, notifications] = await Promise.all([
    createUsersSubgraph(deps.users),
    createProductsSubgraph(deps.products),
    createOrdersSubgraph(deps.orders),
    createGroupsSubgraph(deps.groups),
    createChatSubgraph(deps.chat),
    createNotificationsSubgraph({ ...deps.notifications, mail }),
  ]);
  const subgraphs = { users, products, orders, groups, chat, notifications };
  if (demo) await seedDemo(deps);
  const workers = Object.values(subgraphs).map((subgraph) => subgraph.startWorker());
  const closeHouse = async () => {
    await Promise.all(workers.map((worker) => worker.close(5_000)));
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
  };
  try {
    const gateway = await createGateway({
      supergraphFile: SUPERGRAPH_FILE,
      subgraphs,
      verifyAccessToken: createAccessTokenVerifier({
        keys: publicKeys(deps.users.config),
        endedSessions: createEndedSessions(backplane.cache),
      }),
      backplane,
      rateLimits: RATES,
      port,
      playground: true,
      introspection: true,
      persistedOperations: options.persistedOperations,
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
