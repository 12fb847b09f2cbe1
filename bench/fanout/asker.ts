import { Agent, request } from 'node:http';

/** Kept-alive connections, so that posting costs no more than necessary. */
export function createAsker(port: number, maxSockets = 1): Asker {
  const agent = new Agent({ keepAlive: true, maxSockets, noDelay: true } as never);
  const ask = (method: string, path: string, body = '', headers = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request(
        { port, host: '127.0.0.1', agent, method, path, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part) => {
            text += part;
          });
          response.on('end', () =>
            response.statusCode === 200 ? resolve(text) : reject(new Error(text)),
          );
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  return { ask, close: () => agent.destroy() };
}

export interface Asker {
  ask(
    method: string,
    path: string,
    body?: string,
    headers?: Record<string, string>,
  ): Promise<string>;
  close(): void;
}
