/**
 * How many groups one account may found: a public one stands in the directory before everybody, and
 * takes its slug from others for good.
 */
export interface FoundingLimits {
  groupsPerWindow: number;
  groupWindowSeconds: number;
}

export const foundingQuota = (limits: FoundingLimits) => ({
  allowed: limits.groupsPerWindow,
  windowSeconds: limits.groupWindowSeconds,
});
