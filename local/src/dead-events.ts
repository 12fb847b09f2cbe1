import type { Backplane } from '@souk/runtime/backplane';
import { eventQueueOf, SUBGRAPHS, type SubgraphName } from '@souk/runtime/events';

type Jobs = Pick<Backplane['jobs'], 'dead' | 'replay'>;

export const EVENTS_USAGE = `npm run events -- dead [<subgraph>…]             what is dead, by subgraph
npm run events -- replay <subgraph> [<id>…]      put dead events back to work; all without an id
`;

/** A mistake in how the command was called; its message says how to call it. */
export class EventsUsageError extends Error {}

/** How many dead events of a subgraph are listed; the newest come first. */
const LISTED = 100;

/**
 * What an operator does about events that used up their attempts. Resolves to what to print.
 *
 * @throws EventsUsageError when the arguments name no such command or subgraph
 */
export async function eventsCommand(jobs: Jobs, args: readonly string[]): Promise<string> {
  const [command, ...rest] = args;
  if (command === 'dead') return listDead(jobs, rest.length ? rest.map(requireName) : SUBGRAPHS);
  if (command === 'replay' && rest[0]) {
    const [name, ...ids] = rest as [string, ...string[]];
    const subgraph = requireName(name);
    const count = await jobs.replay(eventQueueOf(subgraph), ids.length > 0 ? ids : undefined);
    return `${subgraph}: ${count} put back to work`;
  }
  throw new EventsUsageError(EVENTS_USAGE);
}

async function listDead(jobs: Jobs, subgraphs: readonly SubgraphName[]): Promise<string> {
  const blocks = await Promise.all(
    subgraphs.map(async (subgraph) => {
      const dead = await jobs.dead(eventQueueOf(subgraph), LISTED);
      const count = dead.length === LISTED ? `${LISTED} or more` : dead.length || 'none';
      const lines = dead.map(
        ({ id, name, attempts, reason, failedAt }) =>
          `  ${id}  ${name}  ${failedAt.toISOString()}  ${attempts} attempts: ${firstLine(reason)}`,
      );
      return [`${subgraph}: ${count}`, ...lines].join('\n');
    }),
  );
  return blocks.join('\n');
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';

function requireName(name: string): SubgraphName {
  const found = SUBGRAPHS.find((subgraph) => subgraph === name);
  if (found) return found;
  throw new EventsUsageError(
    `There is no subgraph "${name}". There are: ${SUBGRAPHS.join(', ')}.\n\n${EVENTS_USAGE}`,
  );
}
