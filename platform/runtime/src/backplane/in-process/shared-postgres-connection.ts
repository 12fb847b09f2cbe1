import type { EventEmitter } from 'node:events';
import { PostgresConnection, type PostgresConnectionOptions } from 'bullmq';
import type pg from 'pg';
import { ownErrors } from '../../persistence/postgres-connections.ts';

type ListenClient = Awaited<ReturnType<PostgresConnection['getListenClient']>>;

/** BullMQ's connection, whose one listening client serves any number of workers. */
export class SharedPostgresConnection extends PostgresConnection {
  readonly #prepared = new WeakSet<ListenClient>();
  #listening: EventEmitter | undefined;

  constructor(options: PostgresConnectionOptions, Client: typeof pg.Client) {
    super(options);
    // BullMQ creates the listening client from pg's own class, and handles its errors only once it is
    // connected: losing it before that would end the process.
    Reflect.set(this, 'pgModule', { Client });
  }

  override async getListenClient(): Promise<ListenClient> {
    const client = await super.getListenClient();
    if (this.#prepared.has(client)) return client;
    this.#prepared.add(client);
    this.#listening = client as unknown as EventEmitter;
    // Each waiting worker adds a listener, so more than ten are not a leak.
    this.#listening.setMaxListeners(0);
    oneQueryAtATime(client);
    return client;
  }

  override close(): Promise<void> {
    const closing = super.close();
    // BullMQ has just removed every listener; the connection may still be lost while it ends.
    if (this.#listening) ownErrors(this.#listening, () => {});
    return closing;
  }
}

/** pg 9 will refuse a query while another one runs on the same client; workers do not wait. */
const oneQueryAtATime = (client: ListenClient): void => {
  const query = client.query.bind(client);
  let last: Promise<unknown> = Promise.resolve();
  client.query = <Row>(text: string, params?: readonly unknown[]) => {
    const next = last.then(() => query<Row>(text, params));
    last = next.catch(() => undefined);
    return next;
  };
};
