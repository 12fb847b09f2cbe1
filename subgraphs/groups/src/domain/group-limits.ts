/**
 * How often one account may do what others see at once. A public group that it founds stands in the
 * directory before everybody, and takes its slug from others for good; each change of settings or of
 * a role, and each coming in, is an event that every subscriber of the group is sent, and those of its rooms; an
 * invitation reaches somebody's inbox or mailbox, and a request to join all who may answer it.
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
