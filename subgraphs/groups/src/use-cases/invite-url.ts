import type { GroupsConfig } from '../config.ts';

/** The page of the front end behind an invitation. */
export const inviteUrl = ({ inviteUrl }: Pick<GroupsConfig, 'inviteUrl'>, code: string): string =>
  inviteUrl.replaceAll('{code}', code);
