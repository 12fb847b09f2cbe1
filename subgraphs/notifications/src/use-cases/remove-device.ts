import { isIdOf, notFound } from '@souk/runtime/domain';
import type { Actor, NotificationsDeps } from './deps.ts';

/** Shows nothing more on a device. */
export const removeDevice = (
  { transaction }: NotificationsDeps,
  { userId }: Actor,
  id: string,
): Promise<void> =>
  transaction(async ({ devices }) => {
    const wasThere = isIdOf('dev', id) && (await devices.remove(userId, id));
    if (!wasThere) throw notFound('Device', ['deviceId']);
  });
