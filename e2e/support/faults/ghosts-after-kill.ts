import { until } from '@souk/testkit';
import { exitOf, readiness } from '../composed-processes.ts';
import type { ComposedSouk } from '../composed-souk.ts';
import { socketClient } from '../socket-client.ts';

const STATUSES = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { id presence { status } } } }`;

/**
 * Kills the gateway that holds the sockets of these people, several each. Returns the milliseconds until
 * nobody appears online any more, except the one who has another tab open elsewhere, whom everybody continues
 * to see.
 */
export async function ghostsAfterKill(
  souk: ComposedSouk,
  { people: count, tabs }: { people: number; tabs: number },
): Promise<{ offlineMs: number }> {
  const watcher = await souk.register('ghostwatcher');
  const people: { id: string; token: string }[] = [];
  while (people.length < count) people.push(await souk.register(`ghost${people.length}`));
  const doomed = await souk.startAnother('gateway');
  await readiness(doomed);
  /** Opens a socket and leaves it open; it does not come back. */
  const open = (url: string, person: { token: string }) => {
    const client = socketClient(url, person, { lazy: false, onNonLazyError: () => {} });
    return () => client.terminate();
  };
  const doomedUrl = `http://127.0.0.1:${doomed.port}/graphql`;
  const [stays] = people as [(typeof people)[number]];
  const closing = people.flatMap((person) =>
    Array.from({ length: tabs }, () => open(doomedUrl, person)),
  );
  closing.push(open(souk.gatewayUrl, stays));
  const online = async (): Promise<string[]> => {
    const ids = people.map(({ id }) => id);
    const { nodes } = await souk.ask(STATUSES, { ids }, watcher.token);
    return (nodes as { id: string; presence: { status: string } }[])
      .filter(({ presence }) => presence.status === 'ONLINE')
      .map(({ id }) => id);
  };
  let seen: string[] = [];
  const untilOnline = (ids: readonly string[]) =>
    until(
      async () => {
        seen = await online();
        return seen.length === ids.length && ids.every((id) => seen.includes(id));
      },
      { within: 120_000, describe: () => `${seen.length} of ${count} are online` },
    );
  await untilOnline(people.map(({ id }) => id));
  doomed.child.kill('SIGKILL');
  const killedAt = performance.now();
  await exitOf(doomed);
  await untilOnline([stays.id]);
  const offlineMs = Math.round(performance.now() - killedAt);
  for (const close of closing) close();
  return { offlineMs };
}
