import { loadOwnConfig as loadChatConfig } from '@souk/chat';
import { gatewayOptionsOf, loadConfig as loadGatewayConfig } from '@souk/gateway';
import { loadOwnConfig as loadGroupsConfig } from '@souk/groups';
import { loadOwnConfig as loadNotificationsConfig } from '@souk/notifications';
import { loadOwnConfig as loadOrdersConfig } from '@souk/orders';
import { loadOwnConfig as loadProductsConfig } from '@souk/products';
import { loadIdentityProviders } from '@souk/users';

/**
 * What `npm start` sets where the environment says nothing. Everybody who tries it out comes from one
 * address, signs in as several people again and again, and may run a browser app on any local port.
 */
const LOCAL_DEFAULTS = {
  LIMIT_RATE_LOGIN: 'off',
  LIMIT_RATE_REGISTER: '100/1h',
  LIMIT_RATE_MAIL: '100/1h',
  LIMIT_RATE_MESSAGE: '30/10s',
  CHAT_MESSAGES_PER_WINDOW: '30',
  MISSED_MAIL_DELAY_SECONDS: '60',
  PAYMENTS: 'test',
  INTROSPECTION: 'true',
  PLAYGROUND: 'true',
  EXPOSE_COST: 'true',
  EXPOSE_PLAN: 'true',
};

/** Where every process has an address of its own, but one process has not. */
const NOT_OF_ONE_PROCESS = ['PORT', 'HOST', 'SUPERGRAPH_FILE'];

/**
 * How gateway and subgraphs of one process are configured: settings of the same names as for processes of
 * their own, each with the same rules.
 *
 * @throws ConfigError with every problem of the gateway's, or of a subgraph's
 */
export function localSettings(env: NodeJS.ProcessEnv) {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name]) => !NOT_OF_ONE_PROCESS.includes(name)),
  );
  const settings = { ...LOCAL_DEFAULTS, ...given };
  const config = loadGatewayConfig({
    ...settings,
    ALLOWED_ORIGINS: ['localhost', given.ALLOWED_ORIGINS].filter(Boolean).join(),
  });
  const { metricsPort, metricsHost } = config;
  return {
    gateway: gatewayOptionsOf(config),
    subgraphs: subgraphSettings(settings),
    metrics: { metricsPort, metricsHost },
  };
}

/** What the environment tells the subgraphs, with the rules of their own processes. */
export const subgraphSettings = (env: NodeJS.ProcessEnv) => ({
  users: loadIdentityProviders(env),
  products: loadProductsConfig(env),
  orders: loadOrdersConfig(env),
  groups: loadGroupsConfig(env),
  chat: loadChatConfig(env),
  notifications: loadNotificationsConfig(env),
});

export type SubgraphSettings = ReturnType<typeof subgraphSettings>;
export type LocalSettings = ReturnType<typeof localSettings>;
