import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { asListener } from '@souk/testkit';

/** True if it answers by itself; otherwise the request is passed on. */
export type Intercept = (body: string, response: ServerResponse) => boolean;

export interface Front extends AsyncDisposable {
  readonly url: string;
}

/** Sits in front of a subgraph: passes sockets on unchanged, and requests unless told otherwise. */
export async function standBefore(target: string, intercept: Intercept): Promise<Front> {
  const { hostname, port, pathname } = new URL(target);
  const passOn = ({ url, method, headers }: IncomingMessage, body: string, to: ServerResponse) => {
    const onward = request({ hostname, port, path: url, method, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    onward.end(body);
  };
  const server = createServer(
    asListener(async (from, to) => {
      const chunks: Buffer[] = [];
      for await (const chunk of from) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      if (!intercept(body, to)) passOn(from, body, to);
    }),
  );
  server.on('upgrade', ({ method, url, rawHeaders }, socket, head) => {
    const lines = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
    );
    const onward = connect(Number(port), hostname, () => {
      onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
