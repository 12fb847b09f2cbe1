import { createLogger } from '@souk/runtime/process';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { logEnd } from './end-log.ts';

test("subgraphs' refusals are counted, with or without a code, and our own faults are logged each time", () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ name: 'test', destination });
  const coded = new GraphQLError('Away.', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
  for (const error of [coded, new GraphQLError('No code.'), coded]) logEnd(logger, error);
  expect(lines).toMatchObject([
    { msg: 'a shared stream ended', code: 'SUBGRAPH_UNAVAILABLE', reason: 'Away.' },
  ]);
  for (const nth of [1, 2]) logEnd(logger, new TypeError(`mistake ${nth}`));
  expect(lines.slice(1)).toMatchObject(
    [1, 2].map((nth) => ({
      msg: 'a shared stream failed',
      err: { message: `mistake ${nth}`, stack: expect.stringContaining('TypeError') },
    })),
  );
});
