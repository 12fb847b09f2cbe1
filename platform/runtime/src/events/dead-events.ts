import type { JobQueues } from '../backplane/backplane.ts';
import { SUBGRAPHS, type SubgraphName } from './define-event.ts';
import { eventQueueOf, queuesOf } from './queues.ts';

type Jobs = Pick<JobQueues, 'dead' | 'replay'>;

export const EVENTS_USAGE = `npm run events -- dead [<subgraph>…]             what is dead, by subgraph
npm run events -- replay <subgraph> [<id>…]      put dead events back to work; all without an id
`;

/** A mistake in how the command was called; its message explains the usage. */
export class EventsUsageError extends Error {}

/** How many dead jobs of a queue are listed; the newest come first. */
const LISTED = 100;

/**
 * What an operator can do about events, mails and confirmations that have used up their attempts. Resolves to
 * the text to print.
 *
 * @throws EventsUsageError when the arguments name no such command or subgraph
 */
export async function eventsCommand(jobs: Jobs, args: readonly string[]): Promise<string> {
  const [command, ...rest] = args;
  if (command === 'dead') return listDead(jobs, rest.length ? rest.map(requireName) : SUBGRAPHS);
  if (command === 'replay' && rest[0]) {
    const [name, ...ids] = rest as [string, ...string[]];
    const subgraph = requireName(name);
    const replayed = await Promise.all(
      queuesOf(subgraph).map((queue) => jobs.replay(queue, ids.length > 0 ? ids : undefined)),
    );
    const count = replayed.reduce((sum, one) => sum + one, 0);
    return `${subgraph}: ${count} put back to work`;
  }
  throw new EventsUsageError(EVENTS_USAGE);
}

async function listDead(jobs: Jobs, subgraphs: readonly SubgraphName[]): Promise<string> {
  const blocks = await Promise.all(
    subgraphs.map(async (subgraph) => {
      const queues = await Promise.all(
        queuesOf(subgraph).map((queue) => listQueue(jobs, subgraph, queue)),
      );
      return queues.filter((block) => block !== null).join('\n');
    }),
  );
  return blocks.join('\n');
}

/** Null for queues besides that of the events in which nothing is dead. */
async function listQueue(jobs: Jobs, subgraph: SubgraphName, queue: string) {
  const dead = await jobs.dead(queue, LISTED);
  const ofEvents = queue === eventQueueOf(subgraph);
  if (dead.length === 0 && !ofEvents) return null;
  const count = dead.length === LISTED ? `${LISTED} or more` : dead.length || 'none';
  const lines = dead.map(
    ({ id, name, attempts, reason, failedAt }) =>
      `  ${id}  ${name}  ${failedAt.toISOString()}  ${attempts} attempts: ${firstWords(reason)}`,
  );
  return [`${subgraph}${ofEvents ? '' : `, queue ${queue}`}: ${count}`, ...lines].join('\n');
}

/** The first meaningful line: messages of Prisma begin with an empty one. */
const firstWords = (reason: string) =>
  reason
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '') ?? 'no reason was given';

function requireName(name: string): SubgraphName {
  const found = SUBGRAPHS.find((subgraph) => subgraph === name);
  if (found) return found;
  throw new EventsUsageError(
    `There is no subgraph "${name}". There are: ${SUBGRAPHS.join(', ')}.\n\n${EVENTS_USAGE}`,
  );
}
