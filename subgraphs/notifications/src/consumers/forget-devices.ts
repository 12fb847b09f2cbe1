import { sessionSubject } from '../domain/device.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { FOR_GOOD, noteSettled } from '../use-cases/settle-subjects.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/**
 * After a sign-out, a device of that session shows nothing of its owner any more. This may arrive while a
 * device is being registered for the session, so it is remembered as well.
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
