import type { CurrentThings } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { visibleGroup } from './visible.ts';

/** A viewer who changed an outdated version of a group is shown its current state. */
export const current: CurrentThings = {
  updateGroup: async ({ input: { id } }: { input: { id: string } }, context: Context) => {
    context.reload();
    return { group: await visibleGroup({ id }, context) };
  },
};
