import { createActivityRecord } from '@souk/runtime/backplane';
import { HOUR_MS, newId, systemClock } from '@souk/runtime/domain';
import { openInTests, type StartedSubgraph, startSubgraph } from '@souk/testkit';
import { createNotificationsSubgraph, loadOwnConfig } from '../src/index.ts';
import type { OutgoingMail } from '../src/mail/mail-transport.ts';
import { renderMail } from '../src/mail/render-mail.ts';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import { type SendEmailDeps, sendEmail } from '../src/use-cases/send-email.ts';

/** The worker stands still at it, so that mails and messages leave only by what a test sends them with. */
export const WRITTEN_AT = new Date(Date.now() - HOUR_MS);

export interface WaitingOutbox extends AsyncDisposable {
  readonly graph: StartedSubgraph;
  readonly client: ReturnType<typeof createClient>;
  readonly stores: Stores;
}

/** Notifications whose outboxes send nothing by themselves, with stores to send from. */
export async function startWaitingOutbox(): Promise<WaitingOutbox> {
  const graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: loadOwnConfig({}),
    clock: () => WRITTEN_AT,
    worker: true,
  });
  const client = createClient(graph.databaseUrl);
  return {
    ...{ graph, client, stores: storesOn(client) },
    [Symbol.asyncDispose]: async () => {
      await client.$disconnect();
      await graph[Symbol.asyncDispose]();
    },
  };
}

/** A sender whose mail server does this with what it gets. */
export function senderOn(
  { client, stores }: Pick<WaitingOutbox, 'client' | 'stores'>,
  take: () => Promise<void>,
  given: Partial<SendEmailDeps> = {},
) {
  const sent: OutgoingMail[] = [];
  const deps: SendEmailDeps = {
    stores,
    transport: {
      send: async (mail) => {
        await take();
        sent.push(mail);
        return { providerId: null };
      },
      close: async () => {},
    },
    transaction: (work) =>
      client.$transaction((tx) => work(storesOn(tx) as Parameters<typeof work>[0])),
    ...{ renderMail, openValue: openInTests, newId, unsubscribeUrl: () => null },
    clock: systemClock,
    activity: createActivityRecord({ raise: async () => {}, highest: async () => 0 }),
    ...{ mailFrom: 'Souk <hello@souk.test>', codePageUrl: null, ...given },
  };
  return { sent, send: (id: string) => sendEmail(deps, id) };
}
