import type { Device } from '../domain/device.ts';

/** What a device should do: show a notice, or withdraw it. */
export interface PushContent {
  type: 'SHOW' | 'WITHDRAW';
  /** The same for all messages about a notice: a new one replaces what is shown. */
  notificationId: string;
  kind?: string;
  title?: string;
  body?: string;
  count?: number;
}

/** How long a push service stores what it cannot deliver: after a day, a notice is old. */
export const KEPT_SECONDS = 86_400;

/**
 * The result: it was accepted; the device no longer exists; it should be tried again (and when); it was
 * refused for good; or our own account is wrong, which says nothing about the device.
 */
export type PushOutcome =
  | { result: 'SENT' }
  | { result: 'GONE' }
  | { result: 'LATER'; afterSeconds: number | null; why: string }
  | { result: 'REFUSED'; why: string }
  | { result: 'MISCONFIGURED'; why: string };

/** Sends to the devices of one platform. */
export interface PushTransport {
  send(device: Device, content: PushContent): Promise<PushOutcome>;
  /** Closes open connections. */
  close?(): void;
}
