import type { createClient } from '../../src/persistence/client.ts';
import type { ClaimedEmail } from '../../src/persistence/email-store.ts';
import type { Stores } from '../../src/persistence/stores.ts';

/** The naive way: sends whatever is due, also what comes after a mail that was refused. */
export const sendMailsInAnyOrder = (
  client: ReturnType<typeof createClient>,
  { emails }: Stores,
): Stores['emails'] => ({
  ...emails,
  due: (now, limit) => client.$queryRaw`
    SELECT id, due_at AS "dueAt" FROM email_message
    WHERE status = 'PENDING' AND due_at <= ${now} ORDER BY due_at LIMIT ${limit}`,
  dueAfter: async () => null,
  claim: async (id, now, until) => {
    const [row] = await client.$queryRaw<Omit<ClaimedEmail, 'content'>[]>`
      UPDATE email_message SET claimed_until = ${until}, attempts = attempts + 1, due_at = ${until}
      WHERE id = ${id} AND status = 'PENDING' AND (claimed_until IS NULL OR claimed_until < ${now})
      RETURNING id, user_id AS "userId", notification_id AS "notificationId",
        batch_key AS "batchKey", attentive_since AS "attentiveSince", to_address AS "toAddress", attempts,
        returned, claimed_until AS "claimedUntil"`;
    return row ? { ...row, content: { template: 'NOTICES', parameters: {} } } : null;
  },
});
