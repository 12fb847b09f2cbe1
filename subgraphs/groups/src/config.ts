import { type ConfigOf, integer, readConfig, text } from '@souk/runtime/process';
import { processSettings, sealingSettings } from '@souk/runtime/subgraph';

export const DEFAULT_PORT = 4004;

/** Settings of groups in addition to those of every process. */
const ownSettings = {
  /** Groups an account may found within the window. */
  groupsPerWindow: integer('GROUPS_PER_WINDOW', 20, { min: 1, max: 1_000_000 }),
  /** Changes of settings and roles, and joins, in all groups together, that it may make within the window. */
  changesPerWindow: integer('GROUP_CHANGES_PER_WINDOW', 300, { min: 1, max: 1_000_000 }),
  /** People it may invite, and codes it may create. */
  invitesPerWindow: integer('GROUP_INVITES_PER_WINDOW', 200, { min: 1, max: 1_000_000 }),
  /** Requests to join that it may make. */
  requestsPerWindow: integer('GROUP_JOIN_REQUESTS_PER_WINDOW', 50, { min: 1, max: 1_000_000 }),
  /** The front end's page for an invitation; `{code}` stands for its code. */
  inviteUrl: text('INVITE_URL', 'http://localhost:3000/invitations#{code}'),
  groupWindowSeconds: integer('GROUP_WINDOW_SECONDS', 3_600, { min: 1, max: 604_800 }),
};

export type GroupsConfig = ConfigOf<typeof ownSettings>;

export const settings = {
  ...processSettings('groups', DEFAULT_PORT),
  ...sealingSettings,
  ...ownSettings,
};

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** Only groups' own settings, for a caller that embeds it and provides the rest. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): GroupsConfig =>
  readConfig(env, ownSettings);
