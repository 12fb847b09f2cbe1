import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { PreparedOperation, ResponseBody } from '@souk/engine';
import { startTestSupergraph } from '@souk/engine/testing';
import { expect, test } from 'vitest';
import { sendsWithoutHolding } from '../../../test/mutants/send-without-holding.ts';
import { createAnswerWriter } from './answer-writer.ts';

/** A client's connection as the system keeps it: what was sent is taken from where it is when the client reads. */
class DawdlingClient extends Duplex {
  readonly #sent: Buffer[] = [];
  readonly #taken: (() => void)[] = [];

  override _write(chunk: Buffer, _: string, taken: () => void): void {
    this.#sent.push(chunk);
    this.#taken.push(taken);
  }

  override _read(): void {}

  get isSentTo(): boolean {
    return this.#sent.length > 0;
  }

  async reads(): Promise<string> {
    let text = '';
    while (this.#sent.length > 0) {
      for (const chunk of this.#sent.splice(0)) text += chunk.toString();
      for (const taken of this.#taken.splice(0)) taken();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return text;
  }
}

const CLIENTS = ['a', 'b', 'é'];
const writer = createAnswerWriter({ headers: {}, origins: { corsHeaders: () => ({}) } });

/** What each of the clients reads if all start reading only after the last one was answered. */
async function answersTo(
  names: readonly string[],
  length: number,
  sent = (body: ResponseBody) => body,
): Promise<string[]> {
  const typeDefs = 'type Query { long(of: String!): String }';
  const long = (_: unknown, { of }: { of: string }) => of.repeat(length);
  const { engine } = startTestSupergraph([
    { name: 'texts', typeDefs, resolvers: { Query: { long } } },
  ]);
  const prepared = engine.prepare('query ($of: String!) { long(of: $of) }') as PreparedOperation;
  const clients = [];
  for (const name of names) {
    const incoming = new IncomingMessage(new Socket());
    const response = new ServerResponse(incoming);
    const client = new DawdlingClient();
    response.assignSocket(client as unknown as Socket);
    const exchange = { incoming, response, requestId: name, address: '', startedAt: 0 };
    await new Promise<void>((resolve) =>
      engine.answer(prepared, { of: name }, { requestId: name }, (status, body) => {
        writer.write({ ...exchange, trace: undefined, streaming() {} }, status, sent(body));
        resolve();
      }),
    );
    expect(client.isSentTo).toBe(true);
    clients.push(client);
  }
  return Promise.all(clients.map((client) => client.reads()));
}

const bodyFor = (name: string, length: number) => `{"data":{"long":"${name.repeat(length)}"}}`;

test.each([10, 40_000])('slow clients read their own answers of %s characters', async (length) => {
  const answers = await answersTo(CLIENTS, length);
  for (const [index, answer] of answers.entries()) {
    const [head, body] = answer.split('\r\n\r\n') as [string, string];
    const expected = bodyFor(CLIENTS[index] as string, length);
    expect(head.toLowerCase()).toContain(`content-length: ${Buffer.byteLength(expected)}\r\n`);
    expect(body === expected).toBe(true);
  }
});

test('they would read those of others if a writer did not hold what it sends (mutant)', async () => {
  const [first] = await answersTo(CLIENTS, 40_000, sendsWithoutHolding);
  expect(first?.endsWith(bodyFor('a', 40_000))).toBe(false);
});
