import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { askByFetch } from './plain-fetch.ts';
import type { Stage } from './stage.ts';

/** Runs one operation over a connection of its own, and gives the data of its only result. */
export type AskOnce = (
  stage: Stage,
  operation: { readonly query: string; readonly variables: Record<string, unknown> },
  token: string,
) => Promise<unknown>;

const CREATE = `mutation ($input: CreateGroupInput!) {
  createGroup(input: $input) { group { id name } replayed errors { __typename ... on UserError { code } } }
}`;

interface Created {
  createGroup: { group: { id: string } | null; replayed: boolean; errors: object[] };
}

/** A client that lost the answer asks again with the same key: it gets the first answer, and nothing is done again. */
export function answersRepeatedMutations(stage: () => Stage, askOnce: AskOnce): void {
  test('a mutation that is repeated by its key gets the first answer, on another connection as well', async () => {
    const { souk, ada } = stage();
    const idempotencyKey = randomUUID();
    const create = async (given: object = {}) => {
      const variables = {
        input: { name: 'Lost answers', idempotencyKey, ...given },
      };
      const data = await askOnce(stage(), { query: CREATE, variables }, ada.token);
      return (data as Created).createGroup;
    };
    const first = await create();
    const group = { id: expect.any(String), name: 'Lost answers' };
    expect(first).toEqual({ group, replayed: false, errors: [] });
    const again = { ...first, replayed: true };
    expect(await create()).toEqual(again);
    const byPost = askByFetch({
      url: `${souk.url}/graphql`,
      webSocketUrl: '',
      token: ada.token,
    });
    const input = { name: 'Lost answers', idempotencyKey };
    expect((await byPost(CREATE, { input })).data).toEqual({ createGroup: again });
    const another = await create({ idempotencyKey: randomUUID() });
    expect(another).toMatchObject({ replayed: false, errors: [] });
    expect(another.group?.id).not.toBe(first.group?.id);
    expect(await create({ name: 'Something else' })).toMatchObject({
      group: null,
      errors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
  });
}
