import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to connections. One of those would be taken by anybody's connection
 * before its server listens, or while it is started again.
 */
const PORTS = [15_000, 32_000] as const;

/** A port on the loopback interface that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...PORTS);
    if (!(await isPortTaken(port))) return port;
  }
}

/** Whether somebody listens there; a port that this account may not use is not taken. */
export async function isPortTaken(port: number): Promise<boolean> {
  const probe = createServer();
  const taken = await new Promise<boolean>((resolve) => {
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRINUSE'));
    probe.listen(port, '127.0.0.1', () => resolve(false));
  });
  if (probe.listening) await new Promise((resolve) => probe.close(resolve));
  return taken;
}
