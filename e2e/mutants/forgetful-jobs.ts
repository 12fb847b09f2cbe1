import { setTimeout as delay } from 'node:timers/promises';
import type { Backplane } from '@souk/runtime/backplane';

/** The naive consumer: it says that it has an event before it has done what the event asks for. */
export const forgetful = (backplane: Backplane): Backplane => ({
  ...backplane,
  jobs: {
    ...backplane.jobs,
    work: (queue, handler, options) => {
      const later = async (job: Parameters<typeof handler>[0]) => {
        while ((await backplane.jobs.backlog(queue)) > 0) await delay(10);
        await handler(job);
      };
      return backplane.jobs.work(queue, async (job) => void later(job).catch(() => {}), options);
    },
  },
});

/** And the relay that goes with it: what was handed over once is never handed over again. */
export const FORGET_HANDED_OVER = `
  CREATE FUNCTION forget_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM event_delivery WHERE consumer = NEW.consumer AND event_id = NEW.event_id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER forget_delivery AFTER UPDATE OF times ON event_delivery
    FOR EACH ROW EXECUTE FUNCTION forget_delivery();`;
