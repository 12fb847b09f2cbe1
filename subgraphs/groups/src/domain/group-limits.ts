/**
 * How often one account may do things that others notice at once. A public group appears in everybody's
 * directory and takes its slug permanently; each change of settings or of a role, and each join, is an event
 * for every subscriber of the group and of its rooms; an invitation reaches somebody's inbox or mailbox, and
 * a request to join everybody who may answer it.
 */
export type GroupRule = 'groups' | 'changes' | 'invites' | 'requests';

export interface GroupLimits {
  groupsPerWindow: number;
  changesPerWindow: number;
  invitesPerWindow: number;
  requestsPerWindow: number;
  groupWindowSeconds: number;
}

export const groupQuota = (rule: GroupRule, limits: GroupLimits) => ({
  allowed: limits[`${rule}PerWindow`],
  windowSeconds: limits.groupWindowSeconds,
});
