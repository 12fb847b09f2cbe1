import type { Device } from '../domain/device.ts';

/** What a device is to do: to show a notice, or to take it away again. */
export interface PushContent {
  type: 'SHOW' | 'WITHDRAW';
  /** The same for all of a notice: what is shown under it is replaced. */
  notificationId: string;
  kind?: string;
  title?: string;
  body?: string;
  count?: number;
}

/** How long a push service keeps what it cannot hand over: a notice is old after a day. */
export const KEPT_SECONDS = 86_400;

/**
 * What became of it: taken, the device is no more, to be tried again (when), refused for good; or our own account
 * is not right, which says nothing of the device.
 */
export type PushOutcome =
  | { result: 'SENT' }
  | { result: 'GONE' }
  | { result: 'LATER'; afterSeconds: number | null; why: string }
  | { result: 'REFUSED'; why: string }
  | { result: 'MISCONFIGURED'; why: string };

/** The way to the devices of one platform. */
export interface PushTransport {
  send(device: Device, content: PushContent): Promise<PushOutcome>;
  /** Ends what is kept open. */
  close?(): void;
}
