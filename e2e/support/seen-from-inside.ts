import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseStrictly, until } from '@souk/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './compose-file.ts';
import type { ComposedSouk } from './composed-souk.ts';
import { metricsNamedBy, readAlerts, readDashboard } from './observability-files.ts';
import { socketClient } from './socket-client.ts';
import { pathTo, type TraceReceiver, treeOf } from './trace-receiver.ts';

const CREATE_ROOM = `mutation ($input: CreateRoomInput!) { createRoom(input: $input) {
  room { id head } errors { __typename } } }`;
const EVENTS = `subscription Room($id: ID!, $after: EventCursor) { roomEvents(roomId: $id, after: $after) {
  __typename ... on MessagePosted { message { text author { displayName } } } } }`;
const SEND = `mutation SendMessage($input: SendMessageInput!) {
  sendMessage(input: $input) { errors { __typename } } }`;

/** The metrics addresses of the processes in docker-compose.yml. */
export interface Observed {
  readonly souk: ComposedSouk;
  readonly receiver: TraceReceiver;
  /** The metrics address of the gateway, which has a port of its own for them. */
  readonly metricsUrl: string;
}

/** One message, sent and heard, over the processes of docker-compose.yml: all tests here look at that. */
export function describeSeenFromInside(observed: () => Observed): void {
  describe('seen from inside, a message that is sent', () => {
    const traceId = randomBytes(16).toString('hex');
    const clientSpanId = randomBytes(8).toString('hex');
    const requestId = `told-${randomUUID()}`;
    let receiver: TraceReceiver;
    let souk: ComposedSouk;
    let metricsUrl: string;

    beforeAll(async () => {
      ({ souk, receiver, metricsUrl } = observed());
      const [ada, bo] = [await souk.register('sadie'), await souk.register('tess')];
      const input = { kind: 'PRIVATE', name: 'Corner', participantIds: [bo.id] };
      const { createRoom } = await souk.ask(CREATE_ROOM, { input }, ada.token);
      expect(createRoom.errors).toEqual([]);
      const client = socketClient(souk.gatewayUrl, bo);
      const { id } = createRoom.room;
      const { head: after } = createRoom.room;
      const events = client.iterate({ query: EVENTS, variables: { id, after } });
      await events.next();
      const sent = await fetch(souk.gatewayUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${ada.token}`,
          'x-request-id': requestId,
          traceparent: `00-${traceId}-${clientSpanId}-01`,
        },
        body: JSON.stringify({
          query: SEND,
          variables: { input: { roomId: id, clientMessageId: randomUUID(), text: 'Salaam' } },
        }),
      });
      expect(await sent.json()).toEqual({ data: { sendMessage: { errors: [] } } });
      expect(sent.headers.get('x-request-id')).toBe(requestId);
      expect((await events.next()).value).toMatchObject({
        data: { roomEvents: { message: { text: 'Salaam' } } },
      });
      await events.return?.();
      await client.dispose();
    });
    const linesOf = (name: string) =>
      (souk.processes.get(name)?.output() ?? '').split('\n').filter((line) => line.startsWith('{'));

    test('is named in the log of each process that served it, and of its consumers', async () => {
      for (const [name, message] of [
        ['gateway', 'request'],
        ['chat', 'request'],
        ['notifications-worker', 'event handled'],
      ] as const) {
        const found = await until(
          () => linesOf(name).find((line) => line.includes(requestId) && line.includes(message)),
          { describe: () => `${name}: ${linesOf(name).slice(-20).join('\n')}` },
        );
        expect(parseStrictly(found), name).toMatchObject({ name, requestId, msg: message });
      }
    });

    test('leaves no line in which a key is twice, whoever writes it', () => {
      for (const name of souk.processes.keys()) {
        const lines = linesOf(name);
        expect(lines.length, name).toBeGreaterThan(0);
        for (const line of lines) expect(parseStrictly(line)).toMatchObject({ name });
      }
    });

    test('is one trace, from the client over its event to the socket of who hears it', async () => {
      const describe = () => treeOf(receiver.spansOf(traceId));
      const path = async (name: string) =>
        until(() => pathTo(receiver.spansOf(traceId), clientSpanId, name), {
          describe,
        });
      const toEvent = [
        'gateway: mutation SendMessage',
        'gateway: run',
        'gateway: fetch chat',
        'chat: subgraph chat',
        'chat: use case sendMessage',
        'chat: record chat.MessagePosted',
      ];
      expect(await path('publish event')).toEqual([...toEvent, 'chat: publish event']);
      // On a busy machine the subscriber's own look at the log may come before what is published.
      const written = await path('write event');
      expect(written.filter((step) => step !== 'chat: publish event')).toEqual([
        ...toEvent,
        'chat: deliver event',
        'gateway: complete event',
        'gateway: write event',
      ]);
      expect(await path('process events.notifications')).toEqual([
        ...toEvent,
        'chat-worker: send events.notifications',
        'notifications-worker: process events.notifications',
      ]);
      // Statements of the use case, of its event and of the consumer are steps of it, too.
      const statements = receiver
        .spansOf(traceId)
        .filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
      const services = new Set(statements.map(({ service }) => service));
      expect([...services]).toEqual(expect.arrayContaining(['chat', 'notifications-worker']));
      expect(JSON.stringify(receiver.spansOf(traceId))).not.toContain('Salaam');
      if (process.env.TRACE_TREE) writeFileSync(process.env.TRACE_TREE, describe());
    });

    test('is counted by every process, by all names that dashboard and alerts go by', async () => {
      const served = new Map<string, string>();
      for (const [name, { port }] of souk.processes) {
        const url = name === 'gateway' ? metricsUrl : `http://127.0.0.1:${port}/metrics`;
        const response = await fetch(url);
        expect(response.status, name).toBe(200);
        expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
        served.set(name, await response.text());
      }
      expect(served.get('gateway')).toMatch(
        /graphql_server_request_duration_seconds_count\{graphql_operation_name="SendMessage",graphql_operation_type="mutation",outcome="ok"\} 1\n/,
      );
      expect(served.get('gateway')).toMatch(
        /graphql_client_request_duration_seconds_count\{subgraph_name="chat",outcome="ok"\} [1-9]/,
      );
      expect(served.get('chat')).toMatch(
        /souk_use_case_duration_seconds_count\{use_case="sendMessage",outcome="done"\} 1\n/,
      );
      expect(served.get('chat')).toMatch(
        /db_client_connection_count\{db_client_connection_pool_name="chat",db_client_connection_state="idle"\}/,
      );
      expect(served.get('chat-worker')).toMatch(
        /souk_event_relay_lag_seconds\{subgraph_name="chat"\} \d/,
      );
      expect(served.get('notifications-worker')).toMatch(
        /messaging_process_duration_seconds_count\{messaging_destination_name="events.notifications",outcome="done"\} [1-9]/,
      );
      expect(served.get('notifications-worker')).toMatch(
        /messaging_queue_dead\{messaging_destination_name="events.notifications"\} 0\n/,
      );
      for (const [name, text] of served) expect(text, name).toMatch(/^process_cpu_seconds_total /m);

      const names = new Set(
        [...served.values()].flatMap((text) =>
          [...text.matchAll(/^([a-z_]\w*)[{ ]/gm)].map(([, name]) => name),
        ),
      );
      const asked = [...readDashboard(), ...readAlerts()].flatMap(({ expr }) =>
        metricsNamedBy(expr.replaceAll('$__rate_interval', '5m')),
      );
      expect(asked.length).toBeGreaterThan(20);
      const declared = new Set(
        [...served.values()].flatMap((text) =>
          [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name),
        ),
      );
      const page = readFileSync(new URL('docs/operations.md', ROOT), 'utf8');
      const own = [...declared].filter((name) => !/^(process|nodejs)_/.test(name ?? ''));
      expect(own.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
      const isServed = (name: string) =>
        names.has(name) || declared.has(name.replace(/_(bucket|sum|count)$/, ''));
      expect(asked.filter((name) => !isServed(name))).toEqual([]);
    });

    test('is shown on no port that clients reach', async () => {
      const response = await fetch(souk.gatewayUrl.replace('/graphql', '/metrics'));
      expect(response.status).toBe(404);
    });
  });
}
