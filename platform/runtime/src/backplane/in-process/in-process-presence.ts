import type { ConnectedUser, PresenceRegistry } from '../backplane.ts';

interface UserLeases {
  /** Connection → when its lease ends, in milliseconds. */
  leases: Map<string, number>;
  activeAt: Date | null;
}

/** A user stays in `users` until the end of the last lease has been reported. */
export const createInProcessPresence = (now: () => number = Date.now): PresenceRegistry => {
  const users = new Map<string, UserLeases>();

  const living = (userId: string): UserLeases | undefined => {
    const user = users.get(userId);
    for (const [connectionId, endsAt] of user?.leases ?? []) {
      if (endsAt <= now()) user?.leases.delete(connectionId);
    }
    return user?.leases.size ? user : undefined;
  };

  return {
    async renew({ userId, connectionId, activeAt }, ttlSeconds) {
      const known = living(userId);
      const user: UserLeases = known ?? { leases: new Map(), activeAt: null };
      users.set(userId, user);
      user.leases.set(connectionId, now() + Math.max(1, Math.round(ttlSeconds * 1_000)));
      if (activeAt && activeAt > (user.activeAt ?? new Date(0))) user.activeAt = activeAt;
      return !known;
    },

    async release({ userId, connectionId }) {
      const user = living(userId);
      if (!user?.leases.delete(connectionId) || user.leases.size > 0) return false;
      return users.delete(userId);
    },

    async connected(userIds) {
      const found = new Map<string, ConnectedUser>();
      for (const userId of userIds) {
        const user = living(userId);
        if (!user) continue;
        found.set(userId, { connections: user.leases.size, lastActiveAt: user.activeAt });
      }
      return found;
    },

    async expire() {
      const gone = [...users.keys()].filter((userId) => !living(userId));
      for (const userId of gone) users.delete(userId);
      return gone;
    },
  };
};
