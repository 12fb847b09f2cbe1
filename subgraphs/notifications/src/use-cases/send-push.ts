import { DAY_MS, type NewId } from '@souk/runtime/domain';
import type { RunTransaction } from '@souk/runtime/events';
import { type Logger, warnCounted } from '@souk/runtime/process';
import { type Device, REFUSED_DAYS } from '../domain/device.ts';
import type { DeliveryOutcome, WaitingOccurrences } from '../persistence/delivery-store.ts';
import type { NoticeToSend } from '../persistence/notification-store.ts';
import type { ClaimedPush } from '../persistence/push-store.ts';
import type { Stores } from '../persistence/stores.ts';
import type { PushOutcome, PushTransport } from '../push/push-transport.ts';
import { decideNotices } from './decide-notices.ts';
import type { DecideDeps } from './deps.ts';
import { shownText } from './notices-mail.ts';
import { noteWaiting, settleHeld } from './settle-held.ts';

export interface SendPushDeps extends DecideDeps {
  push: PushTransport;
  transaction: RunTransaction<Stores>;
  newId: NewId;
  logger: Logger;
}

/** Longer than any send can take: a process that holds it for longer has died. */
const CLAIM_MS = 60_000;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 3_600_000;
const ACCOUNT_REFUSED = 'A push service does not take our account';
/** About half a day. */
const MAX_ATTEMPTS = 20;

/** Sends one message to a device, if its notice is still to be shown there or withdrawn. */
export async function sendPush(deps: SendPushDeps, id: string): Promise<void> {
  const { stores, clock, push } = deps;
  const now = clock();
  const claimed = await stores.pushes.claim(id, now, new Date(now.getTime() + CLAIM_MS));
  if (!claimed) return;
  const { deviceId, userId, action, notificationId } = claimed;
  const device = await stores.devices.find(deviceId);
  // A browser that somebody else uses by now shows nothing of its previous user.
  if (device?.userId !== userId) return settle(deps, claimed, { result: 'GONE' });
  if (action === 'WITHDRAW') {
    return settle(deps, claimed, await push.send(device, { type: 'WITHDRAW', notificationId }));
  }
  // This is read before the text: what comes later may not be in what the device shows.
  const waited = await stores.deliveries.waitingOf(notificationId, 'PUSH');
  const notice = await noticeToShow(deps, claimed);
  if (!notice) return;
  const outcome = await push.send(device, await shown(deps, notice));
  await settle(deps, claimed, outcome, { device, waited });
}

/** The notice, if it is sent now; otherwise the outcome is recorded. */
async function noticeToShow(
  deps: SendPushDeps,
  claimed: ClaimedPush,
): Promise<NoticeToSend | null> {
  const { userId, notificationId, attentiveSince } = claimed;
  const { stores, clock } = deps;
  const of = { userId, channel: 'PUSH' } as const;
  const [decided] = await decideNotices(deps, {
    ...{ ...of, notificationIds: [notificationId], reach: 'YES', attentiveSince },
  });
  const at = clock();
  if (!decided || decided.outcome === 'SUPPRESS') {
    const isHeld = await stores.pushes.finish(claimed, { status: 'SUPPRESSED', at });
    if (isHeld && decided) await settleHeld(stores, of, [decided], at);
    return null;
  }
  if (decided.outcome === 'SEND') return decided.notice;
  const { reason, until } = decided;
  await noteWaiting(stores, of, [decided]);
  await stores.pushes.markWaiting(claimed, { reason, at, dueAt: until ?? at });
  return null;
}

async function shown({ stores }: SendPushDeps, notice: NoticeToSend) {
  const { id: notificationId, kind, count, userId } = notice;
  const [text] = (await shownText(stores, userId, [notice])).texts;
  return { type: 'SHOW', notificationId, kind, count, ...text } as const;
}

/** What was to be shown, and where. */
interface Showing {
  device: Device;
  /** The deliveries of the notice that were waiting when its text was read. */
  waited: WaitingOccurrences;
}

/** Records what happened to a message, together with what that means for its notice. */
const settle = (
  deps: SendPushDeps,
  claimed: ClaimedPush,
  outcome: PushOutcome,
  showing?: Showing,
): Promise<void> => deps.transaction((stores) => settleIn(deps, stores, claimed, outcome, showing));

async function settleIn(
  { clock, logger, newId }: SendPushDeps,
  { pushes, devices, deliveries }: Stores,
  claimed: ClaimedPush,
  outcome: PushOutcome,
  showing: Showing | undefined,
): Promise<void> {
  const { userId, deviceId, notificationId, action, attempts } = claimed;
  const at = clock();
  const which = { userId, channel: 'PUSH', notificationIds: [notificationId] } as const;
  const settleShown = async (
    became: Omit<DeliveryOutcome, 'at'>,
    of: { sourceIds?: readonly string[] } = {},
  ) => {
    if (action === 'SHOW') await deliveries.settle({ ...which, ...of }, { ...became, at });
  };
  /**
   * What came while this was being sent has joined it, but is not in what the device shows: it is shown
   * again.
   */
  const showWhatCame = async () => {
    if (!showing) return;
    const { total } = await deliveries.waitingOf(notificationId, 'PUSH');
    if (total <= showing.waited.total) return;
    await pushes.show([{ id: newId('psh'), userId, deviceId, notificationId, dueAt: at }], at);
  };
  /** It failed, unless another device of the person may still show it. */
  const failed = async (
    reason: 'DEVICE_GONE' | 'PROVIDER_REFUSED',
    error: string,
    of: { sourceIds?: readonly string[] } = {},
  ): Promise<boolean> => {
    if (!(await pushes.finish(claimed, { status: 'FAILED', at, error }))) return false;
    if (!(await pushes.isAnyPending(notificationId))) {
      await settleShown({ status: 'FAILED', reason }, of);
    }
    return true;
  };
  /** It was refused; what came since then may not be. */
  const refused = async (error: string) => {
    if (await failed('PROVIDER_REFUSED', error, showing?.waited)) await showWhatCame();
  };
  /**
   * The service refused it, as services do for devices that no longer exist: a device to which this happens
   * for long is forgotten.
   */
  const refusedByService = async (error: string) => {
    await refused(error);
    const longAgo = new Date(at.getTime() - REFUSED_DAYS * DAY_MS);
    if (showing && (await pushes.isRefusedSince(showing.device, longAgo))) {
      await devices.remove(userId, deviceId);
    }
  };
  switch (outcome.result) {
    case 'SENT':
      await devices.markUsed(deviceId, at);
      if (!(await pushes.finish(claimed, { status: 'SENT', at }))) return;
      await settleShown({ status: 'SENT', reason: null, deviceId }, showing?.waited);
      return showWhatCame();
    case 'GONE':
      if (showing) await devices.remove(userId, deviceId);
      await failed('DEVICE_GONE', 'the device is no more');
      return;
    case 'REFUSED':
      return refusedByService(outcome.why);
    case 'MISCONFIGURED':
    case 'LATER': {
      const isOurs = outcome.result === 'MISCONFIGURED';
      if (isOurs) warnCounted(logger, ACCOUNT_REFUSED, { reason: outcome.why });
      if (attempts >= MAX_ATTEMPTS) {
        // An error of our own account makes us forget no device.
        return isOurs ? refused(outcome.why) : refusedByService(outcome.why);
      }
      const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
      const asked = (isOurs ? 0 : (outcome.afterSeconds ?? 0)) * 1_000;
      const dueAt = new Date(at.getTime() + Math.max(wait, Math.min(asked, LONGEST_WAIT_MS)));
      return pushes.giveBack(claimed, { error: outcome.why, dueAt });
    }
  }
}
