import type { PubSub } from '../src/backplane/index.ts';

/** A pub/sub at its worst: a third of what is published is lost, a third comes twice, all late. */
export const badPubSub = (inner: PubSub): PubSub => ({
  ...inner,
  publish: async (topic, payload) => {
    const luck = Math.random();
    const times = luck < 1 / 3 ? 0 : luck < 2 / 3 ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      setTimeout(() => void inner.publish(topic, payload).catch(() => {}), Math.random() * 30);
    }
  },
});
