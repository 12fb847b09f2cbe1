import { createOpenValue } from '@souk/runtime/events';
import { openInTests } from './event-keys.ts';
import { sql } from './sql.ts';

/** The users' log, and what opens the secrets of mails where those are not of a test's own keys. */
export interface MailingUsers {
  readonly databaseUrl: string;
  readonly openingKeys?: readonly string[];
}

/**
 * The code that was last asked for at an e-mail address, out of the users' log: where what is tested is
 * not the mail, nothing waits for one. Null where the mail holds no code.
 */
export async function mailedCode(users: MailingUsers, email: string): Promise<string | null> {
  const [row] = await sql<{ code: string | null }>(
    users,
    `SELECT payload->>'code' AS code FROM event_record
     WHERE type = 'users.EmailCodeRequested' AND payload->>'email' = $1
     ORDER BY position DESC LIMIT 1`,
    [email],
  );
  if (!row?.code) return null;
  const { openingKeys } = users;
  return (openingKeys ? createOpenValue(openingKeys) : openInTests)(row.code);
}
