import { sessionSubject } from '../domain/device.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { FOR_GOOD, noteSettled } from '../use-cases/settle-subjects.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/**
 * Where somebody signed out, or was signed out, nothing of theirs is shown any more. That may be heard of while a device is
 * being registered for that session, so it is kept as well.
 */
export const forgetDevicesOfSession = ({ clock }: NotifyDeps) =>
  notificationsConsumer({
    name: 'forget-devices-of-session',
    consumes: 'users.SessionRevoked',
    handle: async ({ event: { userId, sessionId } }, stores) => {
      const subject = sessionSubject(sessionId);
      await noteSettled(stores, [{ userId, subject, settledAt: FOR_GOOD }], clock());
      await stores.devices.removeOfSession(sessionId);
    },
  });
