import type { createClient } from '../../src/persistence/client.ts';
import type { Stores } from '../../src/persistence/stores.ts';
import type { ClaimedWebhook } from '../../src/persistence/webhook-attempt-store.ts';

/** The naive way: takes whatever is due, also what comes after something that waits. */
export const claimInAnyOrder = (
  client: ReturnType<typeof createClient>,
  { webhookAttempts }: Stores,
): Stores['webhookAttempts'] => ({
  ...webhookAttempts,
  claim: async (id, now, until) => {
    const [row] = await client.$queryRaw<ClaimedWebhook[]>`
      UPDATE webhook_attempt SET claimed_until = ${until}, attempts = attempts + 1
      WHERE id = ${id} AND status = 'PENDING' AND (claimed_until IS NULL OR claimed_until < ${now})
      RETURNING id, endpoint_id AS "endpointId", event_id AS "eventId", body, attempts,
        claimed_until AS "claimedUntil"`;
    return row ?? null;
  },
});
