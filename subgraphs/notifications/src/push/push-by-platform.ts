import type { DevicePlatform } from '../domain/device.ts';
import type { PushTransport } from './push-transport.ts';

/** The transport for each platform that this installation has an account with. */
export type PushTransports = Readonly<Partial<Record<DevicePlatform, PushTransport>>>;

/** Sends to each device through the service of its platform. */
export const pushByPlatform = (transports: PushTransports): PushTransport => ({
  send: async (device, content) => {
    const transport = transports[device.platform];
    // The account was removed from the settings, and may come back.
    if (!transport) return { result: 'MISCONFIGURED', why: `no account for ${device.platform}` };
    return transport.send(device, content);
  },
  close: () => {
    for (const transport of Object.values(transports)) transport.close?.();
  },
});
