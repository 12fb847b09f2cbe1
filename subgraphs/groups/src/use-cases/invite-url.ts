import type { GroupsConfig } from '../config.ts';

/** The front end's page for an invitation. */
export const inviteUrl = ({ inviteUrl }: Pick<GroupsConfig, 'inviteUrl'>, code: string): string =>
  inviteUrl.replaceAll('{code}', code);
