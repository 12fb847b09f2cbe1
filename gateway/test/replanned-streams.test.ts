import { until } from '@souk/testkit';
import { test } from 'vitest';
import { planningUnavailable } from './support/planning-unavailable.ts';
import { openSocket } from './support/sockets.ts';
import { startOnFile } from './support/start-on-file.ts';
import { ADA } from './support/toy-shop.ts';

test('a stream that cannot be planned again at the moment continues, and uses the new supergraph later', async () => {
  const { toy, wsUrl, put } = await startOnFile();
  await using socket = await openSocket(wsUrl);
  const events = socket.subscribe(
    'subscription { notes { __typename ... on Said { text author { name } } } }',
  );
  await events.atLeast(1);
  toy.log.say('hello', ADA);
  await events.atLeast(2);

  const planning = planningUnavailable(3, (task) => task?.kind === 'plan');
  put(
    '  name: String! @join__field(graph: PEOPLE)',
    '  name: String! @join__field(graph: PEOPLE) @authenticated',
  );
  await until(async () => planning.refused === 3);
  // The stream ends by the new supergraph's word alone: nobody may read the names any more.
  await until(async () => {
    toy.log.say('again', ADA);
    const last = (await events.atLeast(3)).at(-1);
    return last?.errors?.[0]?.extensions.code === 'UNAUTHENTICATED';
  });
});
