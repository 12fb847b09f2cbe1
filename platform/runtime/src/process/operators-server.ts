import { createServer, type RequestListener } from 'node:http';
import { cutOffSlowReaders, type ReadingLimits } from './slow-readers.ts';

/**
 * A server that operators ask, beside or in place of the one for clients; port 0 takes a free one. Where it stands
 * open to more than operators, who reads nothing of it is cut off as at any other server.
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
