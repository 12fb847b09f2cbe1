import type { DevicePlatform } from '../domain/device.ts';
import type { PushTransport } from './push-transport.ts';

/** The way to each platform that this installation has an account of. */
export type PushTransports = Readonly<Partial<Record<DevicePlatform, PushTransport>>>;

/** Sends to each device by the service of its platform. */
export const pushByPlatform = (transports: PushTransports): PushTransport => ({
  send: async (device, content) => {
    const transport = transports[device.platform];
    // Its account was taken away, and may come back.
    if (!transport) return { result: 'MISCONFIGURED', why: `no account for ${device.platform}` };
    return transport.send(device, content);
  },
  close: () => {
    for (const transport of Object.values(transports)) transport.close?.();
  },
});
