import type { Logger } from '../../process/logging.ts';
import type { PubSub } from '../backplane.ts';
import { deliverSafely } from '../topic-delivery.ts';

interface Subscription {
  active: boolean;
  deliver(payload: unknown): void;
}

/** As with Redis, a payload is sent as JSON, arrives later than `publish` and may not be changed. */
export const createInProcessPubSub = (logger: Logger): PubSub => {
  const topics = new Map<string, Set<Subscription>>();

  return {
    async publish(topic, payload) {
      const subscriptions = [...(topics.get(topic) ?? [])];
      const message = JSON.stringify(payload ?? null);
      if (subscriptions.length === 0) return;
      setImmediate(() => {
        const copy = JSON.parse(message, (_key, value) => Object.freeze(value));
        for (const subscription of subscriptions) {
          if (subscription.active) subscription.deliver(copy);
        }
      });
    },

    async subscribe(topic, listener) {
      const subscription = { active: true, deliver: deliverSafely(topic, listener, logger) };
      const subscriptions = topics.get(topic) ?? new Set();
      topics.set(topic, subscriptions.add(subscription));
      return async () => {
        subscription.active = false;
        subscriptions.delete(subscription);
        if (subscriptions.size === 0 && topics.get(topic) === subscriptions) topics.delete(topic);
      };
    },

    // Nothing between publisher and subscriber can be lost.
    onResubscribed: () => () => undefined,
  };
};
