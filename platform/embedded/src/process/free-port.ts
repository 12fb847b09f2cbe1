import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port on the loopback interface that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
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
