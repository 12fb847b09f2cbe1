import { setImmediate as afterPoll } from 'node:timers/promises';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import { within } from '../../async/within.ts';
import { serviceUnavailable } from '../../domain/errors/common-errors.ts';
import type { Logger } from '../../process/logging.ts';
import type { PubSub } from '../backplane.ts';
import { deliverSafely } from '../topic-delivery.ts';
import type { RedisClient } from './redis-clients.ts';
import type { GuardedSubscriber } from './redis-subscriber.ts';
import { orUnavailable } from './redis-unavailable.ts';

export interface RedisPubSubDeps {
  publisher: RedisClient;
  subscriber: GuardedSubscriber;
  keyPrefix: string;
  logger: Logger;
  /** How long `subscribe` waits for Redis, so that a short reconnection is not an error. */
  subscribeTimeoutMs?: number;
}

/**
 * Channels are `<prefix>:topic:<topic>`; one SUBSCRIBE per channel and process, with a count of its
 * listeners.
 */
export const createRedisPubSub = ({
  publisher,
  subscriber,
  keyPrefix,
  logger,
  subscribeTimeoutMs = 2_000,
}: RedisPubSubDeps): PubSub => {
  const upstream = new RedisPubSub({
    publisher,
    // Structurally, everything that RedisPubSub uses of a client.
    subscriber: subscriber as unknown as Redis,
    // All listeners of a topic share the payload, so none of them may change it.
    reviver: (_key, value) => Object.freeze(value),
  });
  /** Who listens in this process, by topic. */
  const here = new Map<string, Set<(payload: unknown) => void>>();
  const channelOf = (topic: string) => `${keyPrefix}:topic:${topic}`;

  return {
    async publish(topic, payload, { hereFirst = false } = {}) {
      const listeners = hereFirst ? here.get(topic) : undefined;
      if (listeners) {
        await afterPoll();
        giveTo(listeners, payload ?? null);
        // Local listeners write their answers first, because sending wakes Redis, which may take the processor.
        await afterPoll();
      }
      await orUnavailable(upstream.publish(channelOf(topic), payload ?? null));
    },

    async subscribe(topic, listener) {
      let active = true;
      const deliver = deliverSafely(topic, listener, logger);
      const give = (payload: unknown) => {
        if (active) deliver(payload);
      };
      const listeners = here.get(topic) ?? new Set();
      here.set(topic, listeners.add(give));
      const subscribed = upstream.subscribe(channelOf(topic), give);
      // Not while a message is being delivered: RedisPubSub 2.7 fails when a listener removes the last
      // subscription during delivery.
      const unsubscribe = async () => {
        if (!active) return;
        active = false;
        listeners.delete(give);
        if (listeners.size === 0 && here.get(topic) === listeners) here.delete(topic);
        upstream.unsubscribe(await subscribed);
      };
      await within(subscribeTimeoutMs, subscribed, () => {
        void unsubscribe();
        throw serviceUnavailable();
      });
      return unsubscribe;
    },

    onResubscribed: (listener) => subscriber.onResubscribed(listener),
  };
};

/** As what comes from Redis: all listeners share it, and none of them may change it. */
function giveTo(listeners: ReadonlySet<(payload: unknown) => void>, payload: unknown): void {
  for (const give of [...listeners]) give(Object.freeze(payload));
}
