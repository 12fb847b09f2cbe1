import { createServer, type RequestListener } from 'node:http';
import { cutOffSlowReaders, type ReadingLimits } from './slow-readers.ts';

/**
 * A server for operators, besides or instead of the one for clients; port 0 takes a free one. If others than
 * operators can reach it, clients that do not read are disconnected as by any other server.
 */
export async function serveOperators(
  { port, host }: { port: number; host: string },
  answer: RequestListener,
  readingLimits?: ReadingLimits,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(answer);
  cutOffSlowReaders(server, readingLimits);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  const actual = address !== null && typeof address === 'object' ? address.port : port;
  return {
    url: `http://${host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
