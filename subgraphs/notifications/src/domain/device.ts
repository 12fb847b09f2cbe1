/** By whose service a device is reached; each by the same port (`push/push-transport.ts`). */
export const PLATFORMS = ['WEB_PUSH', 'APNS', 'FCM'] as const;
export type DevicePlatform = (typeof PLATFORMS)[number];

/**
 * Something of a person's that shows notices, for as long as the session in which it was registered lasts.
 */
export interface Device {
  id: string;
  userId: string;
  platform: DevicePlatform;
  /** The endpoint of Web Push, or the token of a platform. */
  token: string;
  /** Keys of the browser, of Web Push alone. */
  p256dh: string | null;
  auth: string | null;
  label: string | null;
  sessionId: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/**
 * The subject under which the end of a session is remembered: a device that is registered later is not kept.
 */
export const sessionSubject = (sessionId: string): string => `session:${sessionId}`;

/** The maximum number of devices of a person; the one registered first makes room. */
export const MAX_DEVICES = 20;

/**
 * A device whose service has refused everything for this long is removed: nothing will be shown there any
 * more.
 */
export const REFUSED_DAYS = 7;
