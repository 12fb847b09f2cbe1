import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asListener } from '@souk/testkit';
import { WebSocketServer } from 'ws';

/** A subgraph that is nothing but texts: what it was asked, and what it answers. */
export interface RawSubgraph extends AsyncDisposable {
  readonly url: string;
  /** Bodies of requests and texts of `subscribe` messages, in order. */
  readonly asked: string[];
}

/**
 * Answers requests and subscriptions by what `answer` makes of the text they came as. An answer to
 * a subscription is its only event.
 */
export async function serveRaw(answer: (text: string) => string): Promise<RawSubgraph> {
  const asked: string[] = [];
  const answerTo = (text: string): string => {
    asked.push(text);
    return answer(text);
  };
  const server = createServer(
    asListener(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(answerTo(Buffer.concat(chunks).toString()));
    }),
  );
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const text = String(data);
      const { type, id } = JSON.parse(text) as { type: string; id: string };
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'ping') socket.send('{"type":"pong"}');
      if (type !== 'subscribe') return;
      socket.send(`{"id":"${id}","type":"next","payload":${answerTo(text)}}`);
      socket.send(`{"id":"${id}","type":"complete"}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
