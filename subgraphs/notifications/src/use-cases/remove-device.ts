import { isIdOf, notFound } from '@souk/runtime/domain';
import type { Actor, NotificationsDeps } from './deps.ts';

/** Removes a device, so that it shows no more notices. */
export const removeDevice = (
  { transaction }: NotificationsDeps,
  { userId }: Actor,
  id: string,
): Promise<void> =>
  transaction(async ({ devices }) => {
    const wasThere = isIdOf('dev', id) && (await devices.remove(userId, id));
    if (!wasThere) throw notFound('Device', ['deviceId']);
  });
