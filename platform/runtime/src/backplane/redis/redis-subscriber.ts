import type { Redis } from 'ioredis';
import { reasonOf } from '../../persistence/database-errors.ts';
import { countedWarning } from '../../process/counted-warning.ts';
import type { Logger } from '../../process/logging.ts';

/** How often the connection is checked. */
const HEARTBEAT_MS = 5_000;
/** How long until a SUBSCRIBE that the server refused is sent again. */
const RETRY_MS = 500;
/** Thousands of channels may be refused, each twice a second: they are one log line. */
const WARNS_EVERY_MS = 10_000;

/**
 * The part of a Redis client that `RedisPubSub` uses. SUBSCRIBE never fails: it is repeated until it
 * succeeds, also after every reconnection, for as long as the channel is wanted. (`RedisPubSub` 2.7 answers a
 * failed SUBSCRIBE with an unhandled rejection, which ends a process.)
 */
export interface GuardedSubscriber {
  on(event: string, listener: (channel: string, message: string) => void): void;
  subscribe(channel: string, whenActive: (error: null) => void): void;
  unsubscribe(channel: string): void;
  punsubscribe(): void;
  onResubscribed(listener: () => void): () => void;
  close(): void;
}

export const guardSubscriber = (client: Redis, logger: Logger): GuardedSubscriber => {
  const wanted = new Set<string>();
  const waiting = new Map<string, (error: null) => void>();
  const resubscribed = new Set<() => void>();
  const warn = countedWarning(logger, 'SUBSCRIBE failed; trying again', WARNS_EVERY_MS);
  let wasReady = client.status === 'ready';
  let closed = false;

  const keepSubscribing = async (channels: readonly string[], whenActive?: () => void) => {
    const stillWanted = channels.filter((channel) => wanted.has(channel));
    try {
      if (stillWanted.length > 0) await client.subscribe(...stillWanted);
    } catch (error) {
      // Away: the next `ready` subscribes to everything. Refused or too slow: ask again.
      if (closed || client.status !== 'ready') return;
      warn({ reason: reasonOf(error), channels: stillWanted.length });
      setTimeout(() => void keepSubscribing(channels, whenActive), RETRY_MS).unref();
      return;
    }
    for (const channel of stillWanted) {
      waiting.get(channel)?.(null);
      waiting.delete(channel);
    }
    whenActive?.();
  };

  const announceResubscribed = () => {
    for (const listener of resubscribed) listener();
  };
  client.on('ready', () => {
    void keepSubscribing([...wanted], wasReady ? announceResubscribed : undefined);
    wasReady = true;
  });

  // A peer that vanished without closing would otherwise be noticed after hours, if at all.
  const heartbeat = setInterval(() => {
    if (client.status !== 'ready') return;
    client.ping().catch(() => {
      if (!closed && client.status === 'ready') client.disconnect(true);
    });
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    on: (event, listener) => void client.on(event, listener),
    subscribe(channel, whenActive) {
      wanted.add(channel);
      waiting.set(channel, whenActive);
      if (client.status === 'ready') void keepSubscribing([channel]);
    },
    unsubscribe(channel) {
      wanted.delete(channel);
      waiting.delete(channel);
      if (client.status === 'ready') client.unsubscribe(channel).catch(() => undefined);
    },
    punsubscribe() {
      // No patterns are used, so there are none to unsubscribe from.
    },
    onResubscribed(listener) {
      resubscribed.add(listener);
      return () => void resubscribed.delete(listener);
    },
    close() {
      closed = true;
      clearInterval(heartbeat);
    },
  };
};
