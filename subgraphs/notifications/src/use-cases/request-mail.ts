import type { Clock, NewId } from '@souk/runtime/domain';
import type { NewEmail } from '../persistence/email-store.ts';
import type { TransactionStores } from './deps.ts';

/** By then the relay has put it on the queue; if not, the sweep does. */
const FIRST_ROUND_MS = 60_000;

/** Writes a mail into the outbox; it is sent after the commit, once for each event that asks. */
export async function requestMail(
  { newId, clock }: { newId: NewId; clock: Clock },
  { emails, events }: Pick<TransactionStores, 'emails' | 'events'>,
  mail: Omit<NewEmail, 'id' | 'createdAt'>,
): Promise<void> {
  const id = newId('eml');
  const createdAt = clock();
  const dueAt = new Date(createdAt.getTime() + FIRST_ROUND_MS);
  if (!(await emails.insert({ ...mail, id, createdAt }, dueAt))) return;
  await events.append({
    type: 'notifications.MailRequested',
    stream: 'mail',
    payload: { emailId: id },
  });
}
