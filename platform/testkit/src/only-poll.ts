import type { Backplane } from '@souk/runtime/backplane';

/** The naive way: nobody is told that something happened, and streams look whether it did. */
export const onlyPoll = (backplane: Backplane, isOn = () => true): Backplane => ({
  ...backplane,
  pubsub: {
    ...backplane.pubsub,
    publish: async (topic, payload) => {
      if (!isOn()) await backplane.pubsub.publish(topic, payload);
    },
  },
});
