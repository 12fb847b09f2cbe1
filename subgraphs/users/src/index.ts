export { createUsersSubgraph, readSchema } from './app.ts';
export { loadConfig, settings, type UsersConfig, type UsersProcessConfig } from './config.ts';
export { createSecretKey } from './credentials/account-secrets.ts';
export { createSigningKey, publicKeys } from './credentials/signing-keys.ts';
export { DEMO_PASSWORD, DEMO_USERNAMES, type DemoUsername } from './demo/demo-people.ts';
export { type DemoPerson, seedDemoUsers } from './demo/seed-demo-users.ts';
export { loadIdentityProviders } from './identity-provider-settings.ts';
