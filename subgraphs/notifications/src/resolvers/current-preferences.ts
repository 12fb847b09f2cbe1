import { type CurrentThings, requireViewer } from '@souk/runtime/domain';
import type { Context } from '../context.ts';

/** A viewer who changed an older version of the preferences gets the current ones. */
export const current: CurrentThings = {
  updateNotificationPreferences: async (_: unknown, { viewer, reload }: Context) => {
    reload();
    const { userId } = requireViewer(viewer);
    return { viewer: { id: userId }, preferences: { userId } };
  },
};
