export { DEMO_PASSWORD } from './demo.ts';
export { localSettings } from './local-settings.ts';
export { localSecrets } from './secrets.ts';
export { backplaneOn, type Servers, startServers } from './servers.ts';
export { type Supergraph, type SupergraphOptions, startSupergraph } from './supergraph.ts';
