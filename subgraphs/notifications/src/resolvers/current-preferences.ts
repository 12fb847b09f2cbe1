import { type CurrentThings, requireViewer } from '@souk/runtime/domain';
import type { Context } from '../context.ts';

/** Who changed preferences of an older version is shown those of today. */
export const current: CurrentThings = {
  updateNotificationPreferences: async (_: unknown, { viewer, reload }: Context) => {
    reload();
    const { userId } = requireViewer(viewer);
    return { viewer: { id: userId }, preferences: { userId } };
  },
};
