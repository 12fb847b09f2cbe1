import { type Clock, DAY_MS, digestOf, type NewId } from '@souk/runtime/domain';
import { UNCONFIRMED_A_DAY } from '../domain/email.ts';
import type { NewEmail } from '../persistence/email-store.ts';
import type { TransactionStores } from './deps.ts';

/** By then the relay has put it on the queue; if not, the sweep does. */
const FIRST_ROUND_MS = 60_000;

type NewMail = Omit<NewEmail, 'id' | 'createdAt'>;
type MailStores = Pick<TransactionStores, 'emails' | 'events' | 'people' | 'quotas'>;

/**
 * Writes a mail into the outbox; it is sent after the commit, once for each event that requests it. If an
 * unconfirmed address gets too many, it is stored as held back, for staff to see.
 */
export async function requestMail(
  { newId, clock }: { newId: NewId; clock: Clock },
  stores: MailStores,
  mail: NewMail,
): Promise<void> {
  const { emails, events } = stores;
  const id = newId('eml');
  const createdAt = clock();
  const dueAt = new Date(createdAt.getTime() + FIRST_ROUND_MS);
  if (!(await emails.insert({ ...mail, id, createdAt }, dueAt))) return;
  if (await isTooMuch(stores, mail, createdAt)) {
    return emails.holdBack(id, 'too many mails to an address that nobody has confirmed');
  }
  await events.append({
    type: 'notifications.MailRequested',
    stream: 'mail',
    payload: { emailId: id },
  });
}

async function isTooMuch(
  { people, quotas }: MailStores,
  { toAddress, content: { template } }: NewMail,
  now: Date,
): Promise<boolean> {
  const allowed = UNCONFIRMED_A_DAY[template];
  if (allowed === undefined || (await people.isConfirmed(toAddress))) return false;
  const counted = { points: 1, windowSeconds: DAY_MS / 1_000, now };
  const { used } = await quotas.use(keyOf(toAddress), `unconfirmed-${template}`, counted);
  return used > allowed;
}

/**
 * Addresses are counted under a digest, so that the counters contain none; case does not distinguish
 * mailboxes.
 */
const keyOf = (address: string): string => `mail:${digestOf(address.toLowerCase())}`;
