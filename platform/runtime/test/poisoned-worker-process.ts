import { createBackplane } from '../src/backplane/index.ts';

/** A process of its own that a job named so ends, and in which all others take a while. */
const backplane = await createBackplane(JSON.parse(process.env.BACKPLANE ?? '{}'));
backplane.jobs.work(
  process.env.QUEUE ?? '',
  async ({ id }) => {
    process.send?.(`started ${id}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (id === 'poison') process.kill(process.pid, 'SIGKILL');
    process.send?.(`done ${id}`);
  },
  { concurrency: 8 },
);
