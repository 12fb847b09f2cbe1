/**
 * How often one account may do what others see at once. A public group that it founds stands in the
 * directory before everybody, and takes its slug from others for good; each change of settings or of
 * a role is an event that every subscriber of the group is sent.
 */
export type GroupRule = 'groups' | 'changes';

export interface GroupLimits {
  groupsPerWindow: number;
  changesPerWindow: number;
  groupWindowSeconds: number;
}

export const groupQuota = (rule: GroupRule, limits: GroupLimits) => ({
  allowed: rule === 'groups' ? limits.groupsPerWindow : limits.changesPerWindow,
  windowSeconds: limits.groupWindowSeconds,
});
