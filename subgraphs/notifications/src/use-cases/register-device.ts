import { ECDH } from 'node:crypto';
import { badInput, checkAll, unauthenticated } from '@souk/runtime/domain';
import { type DevicePlatform, MAX_DEVICES, sessionSubject } from '../domain/device.ts';
import { assertOutsideUrl } from '../outbound/outside-url.ts';
import type { Actor, NotificationsDeps } from './deps.ts';
import { settledFor } from './settle-subjects.ts';

export interface NewDevice {
  platform: DevicePlatform;
  /** The endpoint of a browser, or the token of an app. */
  token: string;
  p256dh?: string | null | undefined;
  auth?: string | null | undefined;
  label?: string | null | undefined;
}

/** The lengths of an uncompressed point of P-256, and of the shared secret of a subscription. */
const KEY_BYTES = { p256dh: 65, auth: 16 } as const;

/** The form of tokens of Apple's and Google's services, as far as they promise one. */
const TOKENS = { APNS: /^[0-9a-f]{64,400}$/i, FCM: /^[\w:.-]{20,1000}$/ } as const;

/**
 * Registers a device for the session that asks; it is removed with the session. Registering it again returns
 * the same device. Somebody else who registers it takes it over if they know its keys, as its browser does;
 * of an app the token is all there is to know, and it stays with the app.
 */
export function registerDevice(
  { transaction, clock, newId, allowPrivate, platforms, pushServices }: NotificationsDeps,
  { userId, sessionId }: Actor,
  { platform, token, p256dh = null, auth = null, label = null }: NewDevice,
): Promise<string> {
  const keyOf = (name: keyof typeof KEY_BYTES, key: string | null) => {
    const bytes = Buffer.from(key ?? '', 'base64url');
    if (bytes.length !== KEY_BYTES[name] || (name === 'p256dh' && !isPoint(bytes))) {
      throw badInput('This is not a valid key of a push subscription.', ['input', name]);
    }
  };
  /** An app has no keys: Apple's or Google's service can read what is sent to it. */
  const noKey = (name: keyof typeof KEY_BYTES, key: string | null) => {
    if (key !== null) throw badInput('Only browsers have this key.', ['input', name]);
  };
  const tokenOf = () => {
    const path = ['input', 'token'];
    if (platform === 'WEB_PUSH') {
      assertOutsideUrl(token, { allowPrivate, path });
      if (isOfService(new URL(token).hostname, pushServices)) return;
      throw badInput('This push service is not allowed here.', path);
    }
    if (!TOKENS[platform].test(token))
      throw badInput('This is not a valid token of the platform.', path);
  };
  const assertKey = platform === 'WEB_PUSH' ? keyOf : noKey;
  checkAll({
    platform: () => {
      if (platforms.includes(platform)) return;
      throw badInput('This platform is not available here.', ['input', 'platform']);
    },
    token: tokenOf,
    p256dh: () => assertKey('p256dh', p256dh),
    auth: () => assertKey('auth', auth),
  });
  const createdAt = clock();
  // Apple's tokens are hexadecimal, in either case.
  const kept = platform === 'APNS' ? token.toLowerCase() : token;
  const device = { platform, token: kept, p256dh, auth, label, userId, sessionId, createdAt };
  return transaction(async ({ devices, settledSubjects }) => {
    // Somebody who signs out while this runs keeps no device.
    const subject = sessionSubject(sessionId);
    const ended = await settledFor({ settledSubjects }, subject, [userId], createdAt);
    if (ended.size > 0) throw unauthenticated();
    const id = newId('dev');
    const registered = await devices.register({ ...device, id, lastUsedAt: null });
    if (!registered)
      throw badInput('This endpoint is registered to another account.', ['input', 'token']);
    await devices.keepNewest(userId, MAX_DEVICES);
    return registered.id;
  });
}

/** Whether a host is one of these, or a subdomain of one; any host if none is named. */
const isOfService = (host: string, services: readonly string[]): boolean =>
  services.length === 0 || services.some((one) => host === one || host.endsWith(`.${one}`));

/** Whether something can be encrypted for a key: it must be a point of the curve. */
function isPoint(bytes: Buffer): boolean {
  try {
    ECDH.convertKey(bytes, 'prime256v1');
    return true;
  } catch {
    return false;
  }
}
