import { createBackplane } from '../src/backplane/index.ts';

/** A process of its own that takes a job and never finishes it, to be killed meanwhile. */
const backplane = await createBackplane(JSON.parse(process.env.BACKPLANE ?? '{}'));
backplane.jobs.work(process.env.QUEUE ?? '', async ({ id }) => {
  process.send?.(`started ${id}`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
