import { createBackplane } from '../src/backplane/index.ts';
import { EVENTS_USAGE, EventsUsageError, eventsCommand } from '../src/events/index.ts';
import { textOfVariable } from '../src/process/index.ts';

// node platform/runtime/dist/events.js dead|replay …: for images, on the Redis of the environment.

const redisUrl = textOfVariable(process.env, 'REDIS_URL');
const args = process.argv.slice(2);
if (!redisUrl || args.length === 0) {
  console.error(redisUrl ? EVENTS_USAGE : 'Set REDIS_URL.');
  process.exit(1);
}
const backplane = await createBackplane({ redisUrl });
try {
  console.log(await eventsCommand(backplane.jobs, args));
} catch (error) {
  const { message } = error as Error;
  console.error(error instanceof EventsUsageError ? message : `Redis gave no answer: ${message}`);
  process.exitCode = 1;
} finally {
  await backplane.close();
}
process.exit();
