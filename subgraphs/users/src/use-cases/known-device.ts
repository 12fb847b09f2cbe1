import type { UsersDeps } from './deps.ts';

/** The session that makes the device known to this account, unless it was ended for a danger. */
export async function knownDevice(
  { deviceTokens, reads }: Pick<UsersDeps, 'deviceTokens' | 'reads'>,
  account: string,
  deviceToken: string | null | undefined,
): Promise<string | null> {
  const device = deviceToken ? await deviceTokens.open(deviceToken) : null;
  if (device?.userId !== account) return null;
  return (await reads.sessions.isTrusted(account, device.sessionId)) ? device.sessionId : null;
}
