import { connect, type Socket } from 'node:net';
import { createFrameReader, pongFrame, textFrame } from './frames.ts';
import type { SubscriberProtocol } from './protocols.ts';

export interface SubscriberOptions {
  readonly port: number;
  readonly protocol: SubscriberProtocol;
  readonly token: string;
  /** A message of the room: `bytes` from `start` to `end` is what follows the prefix. */
  onMessage(bytes: Buffer, start: number, end: number): void;
  /** The connection ended before it was asked to. */
  onLost(reason: string): void;
}

export interface Subscriber {
  /** In the room: whatever is said from now on is to arrive. */
  readonly joined: Promise<void>;
  leave(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** One for all connections: what is read is looked at before anything else can be read. */
const READ_INTO = Buffer.alloc(65_536);

/** A bare WebSocket, so that thousands of them cost the core they run on as little as may be. */
export function openSubscriber(options: SubscriberOptions): Subscriber {
  const { port, protocol, token, onMessage, onLost } = options;
  let resolveJoined = () => {};
  let rejectJoined = (_: Error) => {};
  const joined = new Promise<void>((resolve, reject) => {
    resolveJoined = resolve;
    rejectJoined = reject;
  });
  let isJoined = false;
  let left = false;
  let head: Buffer | null = Buffer.alloc(0);
  const lost = (reason: string): void => {
    if (left) return;
    left = true;
    socket.destroy();
    if (isJoined) onLost(reason);
    else rejectJoined(new Error(reason));
  };
  const send = (text: string): void => void socket.write(textFrame(text));
  const conversation = protocol.begin(send, token);
  const read = createFrameReader({
    text: (bytes, start, end) => {
      if (isJoined && !conversation.isKeepAlive(bytes, start)) {
        const { prefix } = conversation;
        const isMine = prefix.compare(bytes, start, start + prefix.length) === 0;
        // A message that is none of ours is handed on whole, and found to be wrong.
        onMessage(bytes, isMine ? start + prefix.length : start, end);
      } else if (conversation.hear(bytes.toString('utf8', start, end)) === 'joined') {
        isJoined = true;
        resolveJoined();
      }
    },
    ping: (payload) => void socket.write(pongFrame(payload)),
    close: (code) => lost(`closed with ${code}`),
  });

  const socket: Socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: READ_INTO,
      callback: (length, buffer) => {
        const chunk = (buffer as Buffer).subarray(0, length);
        try {
          if (head === null) read(chunk);
          else upgraded(chunk);
        } catch (error) {
          lost(String(error));
        }
        return true;
      },
    },
  });
  const upgraded = (chunk: Buffer): void => {
    const all = Buffer.concat([head as Buffer, chunk]);
    head = all;
    const end = all.indexOf(HEAD_END);
    if (end < 0) return;
    const status = all.toString('latin1', 0, 12);
    if (status !== 'HTTP/1.1 101') throw new Error(all.toString());
    head = null;
    conversation.opened();
    if (all.length > end + 4) read(all.subarray(end + 4));
  };
  socket.on('error', (error) => lost(error.message));
  socket.on('close', () => lost('closed'));
  socket.write(
    `GET ${protocol.path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nupgrade: websocket\r\n` +
      'connection: upgrade\r\nsec-websocket-version: 13\r\n' +
      `sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${protocol.headers}\r\n`,
  );
  return {
    joined,
    leave: () => {
      left = true;
      // Without the goodbyes, or thousands of ports would be set aside for a minute.
      socket.resetAndDestroy();
    },
  };
}
