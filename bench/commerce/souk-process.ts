import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import {
  backplaneOn,
  localSecrets,
  localSettings,
  startServers,
  startSupergraph,
} from '@souk/local';
import { silentLogger } from '@souk/runtime/process';
import pg from 'pg';
import { LOAD_CORE, pinSelf } from '../processes.ts';
import type { Statement } from './transactions.ts';

/** What the benchmark tells this process, and hears from it. */
export type ToSouk = { folder: string } | { record: boolean } | { profile: string | null };
export type FromSouk =
  | { url: string; urls: Record<string, string> }
  | { statements: Statement[] }
  | { isProfiling: boolean };

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

let profiler: Session | null = null;

/** Looks where time is spent from now on, or writes down where it was. */
async function profileInto(file: string | null): Promise<void> {
  profiler ??= new Session();
  if (file === null) {
    profiler.connect();
    await profiler.post('Profiler.enable');
    await profiler.post('Profiler.start');
  } else {
    const { profile } = await profiler.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
    profiler.disconnect();
  }
}

const tell = (message: FromSouk) => process.send?.(message);
process.on('message', async (message: ToSouk) => {
  if ('record' in message) {
    const statements = recorded ?? [];
    recorded = message.record ? [] : null;
    return tell({ statements });
  }
  if ('profile' in message) {
    await profileInto(message.profile);
    return tell({ isProfiling: message.profile === null });
  }
  const { folder } = message;
  const servers = await startServers(folder);
  // The databases stay where this process was started, and so do the connections that they open.
  pinSelf(LOAD_CORE);
  const { gateway } = await startSupergraph({
    databaseUrls: servers.databases.urls,
    backplane: await backplaneOn(servers, silentLogger),
    secrets: await localSecrets(folder),
    ...{ port: 0, demo: true, logger: silentLogger, settings: localSettings(UNLIMITED) },
  });
  process.once('SIGTERM', () => void servers.stop().then(() => process.exit(0)));
  tell({ url: gateway.url, urls: servers.databases.urls });
});
