import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asListener } from '@souk/testkit';

/** What reached a program. */
export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A program that takes webhooks, or answers as it is told to. */
export async function startWebhookReceiver() {
  const received: ReceivedWebhook[] = [];
  /** Answers to come instead of 204, by path. */
  const answers = new Map<string, ((response: ServerResponse) => void)[]>();
  const server = createServer(
    asListener(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const path = request.url ?? '';
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = answers.get(path)?.shift();
      if (answer) answer(response);
      else response.writeHead(204).end();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    answers,
    urlOf: (name: string) => `http://127.0.0.1:${port}/${name}`,
    at: (name: string) => received.filter(({ path }) => path === `/${name}`),
    /** Has the next requests to this path answered so. */
    refuse: (name: string, statuses: readonly number[]) => {
      answers.set(
        `/${name}`,
        statuses.map((status) => (response) => response.writeHead(status).end()),
      );
    },
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
