import { notificationsConsumer } from './consumer-deps.ts';

/** Where somebody signed out, or was signed out, nothing of theirs is shown any more. */
export const forgetDevicesOfSession = notificationsConsumer({
  name: 'forget-devices-of-session',
  consumes: 'users.SessionRevoked',
  handle: ({ event: { sessionId } }, { devices }) => devices.removeOfSession(sessionId),
});
