import { sql } from './sql.ts';

/**
 * The code that was last asked for at an e-mail address, out of the users' log: where what is tested is
 * not the mail, nothing waits for one. Null where the mail holds no code.
 */
export async function mailedCode(
  users: { databaseUrl: string },
  email: string,
): Promise<string | null> {
  const [row] = await sql<{ code: string | null }>(
    users,
    `SELECT payload->>'code' AS code FROM event_record
     WHERE type = 'users.EmailCodeRequested' AND payload->>'email' = $1
     ORDER BY position DESC LIMIT 1`,
    [email],
  );
  return row?.code ?? null;
}
