import { sql } from '@souk/testkit';
import { LOGIN_ATTEMPTS } from '../src/domain/login-limits.ts';
import type { StartedUsers } from './accounts.ts';

/** The mutant: looks at the counter, compares the password, and only then counts. */
export const loginWithNaiveCounter =
  (graph: StartedUsers) => async (login: string, password: string) => {
    const [attempts] = LOGIN_ATTEMPTS;
    if (!attempts) throw new Error('There are no limits to break.');
    const { rateLimit } = graph.backplane;
    if ((await rateLimit.used(login, attempts)) >= attempts.points) return;
    const [row] = await sql<{ password_hash: string }>(
      graph,
      'SELECT password_hash FROM account WHERE username = $1',
      [login],
    );
    const matches = await graph.passwords.verify(row?.password_hash ?? null, password);
    if (!matches) await rateLimit.consume(login, attempts);
  };
