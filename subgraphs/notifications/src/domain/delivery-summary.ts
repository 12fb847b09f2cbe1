import type { DeliveryStatus } from './delivery.ts';
import type { DeliveryReason } from './delivery-rules.ts';
import { mailTextsIn } from './mail-texts.ts';
import type { Channel } from './notification.ts';
import { CHANNELS } from './notification.ts';

/** What happened to an occurrence on a channel. */
export interface DeliveryLine {
  channel: Channel;
  status: DeliveryStatus;
  reason: DeliveryReason | null;
}

/** A sentence for each channel, in a supported language: whether it was delivered there, and if not, why. */
export function summaryOf(lines: readonly DeliveryLine[], language: string): string {
  const { channels, statuses, reasons } = mailTextsIn(language).explanation;
  return [...lines]
    .sort((a, b) => CHANNELS.indexOf(a.channel) - CHANNELS.indexOf(b.channel))
    .map(({ channel, status, reason }) => {
      const why = reason === null ? '' : `: ${reasons[reason]}`;
      return `${channels[channel]}: ${statuses[status]}${why}.`;
    })
    .join(' ');
}
