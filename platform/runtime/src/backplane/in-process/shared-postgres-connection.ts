import type { EventEmitter } from 'node:events';
import { PostgresConnection } from 'bullmq';

type ListenClient = Awaited<ReturnType<PostgresConnection['getListenClient']>>;

/** BullMQ's connection, whose one listening client serves any number of workers. */
export class SharedPostgresConnection extends PostgresConnection {
  readonly #prepared = new WeakSet<ListenClient>();

  override async getListenClient(): Promise<ListenClient> {
    const client = await super.getListenClient();
    if (this.#prepared.has(client)) return client;
    this.#prepared.add(client);
    // Each waiting worker adds a listener; more than ten are no leak.
    (client as unknown as EventEmitter).setMaxListeners(0);
    oneQueryAtATime(client);
    return client;
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
