import type { Server } from 'node:http';

/**
 * The way that Node's documentation suggests: stop listening, and end what is idle in this moment.
 * What is being sent in this moment is cut, and who is being answered keeps the server open. Kept so
 * that the tests which must notice that can be seen to notice it.
 */
export const closeAtOnce = (server: Server) => async (): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await closed;
};
