import pg from 'pg';

/** The relay's pool as it once was: it listens for errors of idle clients, and of no borrowed one. */
export async function drainWithoutOwner(connectionString: string, work: () => Promise<void>) {
  const pool = new pg.Pool({ connectionString, max: 1 });
  pool.on('error', () => {});
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work();
    await client.query('COMMIT');
  } finally {
    client.release();
    await pool.end();
  }
}
