/** By whose service a device is reached; each by the same port (`push/push-transport.ts`). */
export const PLATFORMS = ['WEB_PUSH', 'APNS', 'FCM'] as const;
export type DevicePlatform = (typeof PLATFORMS)[number];

/** Something of a person that shows notices, for as long as the session lives that registered it. */
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

/** The subject under which it is kept that a session has ended: a device that is registered late is not kept. */
export const sessionSubject = (sessionId: string): string => `session:${sessionId}`;

/** A person has no more than so many; the one that was registered first makes room. */
export const MAX_DEVICES = 20;

/** A device whose service refuses all for so long is not kept: nothing will be shown there any more. */
export const REFUSED_DAYS = 7;
