import { WebSocket } from 'ws';

/**
 * As much of a client as the benchmark needs. Engine.IO 4, Socket.IO 5:
 * https://socket.io/docs/v4/socket-io-protocol/
 */
export interface SocketIoClient {
  /** Resolves when the server has acknowledged it. */
  emit(event: string, ...args: readonly unknown[]): Promise<void>;
  close(): void;
}

export async function connectSocketIo(
  port: number,
  hear: (text: string) => void,
): Promise<SocketIoClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  const waiting = new Map<number, () => void>();
  let count = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data) => {
      const packet = data.toString();
      if (packet.startsWith('0{')) socket.send('40');
      else if (packet.startsWith('40')) resolve();
      else if (packet === '2') socket.send('3');
      else if (packet.startsWith('42')) hear(JSON.parse(packet.slice(2))[1].text);
      else if (packet.startsWith('43')) {
        const id = Number.parseInt(packet.slice(2), 10);
        waiting.get(id)?.();
        waiting.delete(id);
      }
    });
  });
  return {
    emit: (event, ...args) => {
      const id = count;
      count += 1;
      return new Promise<void>((resolve) => {
        waiting.set(id, resolve);
        socket.send(`42${id}${JSON.stringify([event, ...args])}`);
      });
    },
    close: () => socket.terminate(),
  };
}
