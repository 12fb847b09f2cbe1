import {
  backplaneOn,
  localSecrets,
  localSettings,
  startServers,
  startSupergraph,
} from '@souk/local';
import { silentLogger } from '@souk/runtime/process';
import pg from 'pg';
import type { Statement } from './transactions.ts';

/** What the benchmark tells this process, and hears from it. */
export type ToSouk = { folder: string } | { record: boolean };
export type FromSouk = { url: string; urls: Record<string, string> } | { statements: Statement[] };

/** No limit is reached: what is measured is the way of an order. */
const UNLIMITED = {
  ...{ LIMIT_RATE_ADDRESS: 'off', LIMIT_RATE_VIEWER: 'off', LIMIT_RATE_COST: 'off' },
  ...{ ORDERS_PER_WINDOW: '1000000', ORDER_FUTILE_LINES_PER_WINDOW: '1000000' },
};

let recorded: Statement[] | null = null;
const connections = new Map<object, number>();

/** What every connection of this process sends, while somebody wants to know. */
const query = pg.Client.prototype.query;
pg.Client.prototype.query = function recording(this: pg.Client, ...given: unknown[]) {
  if (recorded) {
    const [first, second] = given as [string | { text: string; values?: unknown[] }, unknown];
    const text = typeof first === 'string' ? first : first.text;
    const values = (typeof first === 'string' ? second : (first.values ?? second)) ?? [];
    const connection = connections.get(this) ?? connections.size;
    connections.set(this, connection);
    recorded.push({
      ...{ connection, database: this.database ?? '', text },
      values: Array.isArray(values) ? values.map(plain) : [],
    });
  }
  return Reflect.apply(query, this, given);
} as typeof query;

/** The same as text, which PostgreSQL reads again as what it was. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return `${value}`;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return value;
}

const tell = (message: FromSouk) => process.send?.(message);
process.on('message', async (message: ToSouk) => {
  if ('record' in message) {
    const statements = recorded ?? [];
    recorded = message.record ? [] : null;
    return tell({ statements });
  }
  const { folder } = message;
  const servers = await startServers(folder);
  const { gateway } = await startSupergraph({
    databaseUrls: servers.databases.urls,
    backplane: await backplaneOn(servers, silentLogger),
    secrets: await localSecrets(folder),
    ...{ port: 0, demo: true, logger: silentLogger, settings: localSettings(UNLIMITED) },
  });
  process.once('SIGTERM', () => void servers.stop().then(() => process.exit(0)));
  tell({ url: gateway.url, urls: servers.databases.urls });
});
