import { as } from '@souk/testkit';
import { describeSearch } from '@souk/testkit/search-contract';
import { expect } from 'vitest';
import { someone, startUsers } from './accounts.ts';

const staff = as('dan', 'SUPPORT');
const viewers = new Map<string, Awaited<ReturnType<typeof someone>>['viewer']>();

describeSearch({
  start: startUsers,
  table: 'account',
  add: async (graph, displayName, index) => {
    const username = `person_${'abcdefghijklmnopqrstuvwxyz'[index]}`;
    const { viewer } = await someone(graph, username, { displayName });
    viewers.set(displayName, viewer);
  },
  find: async (graph, query) => {
    const { data, errors } = await graph.execute(
      'query ($query: String) { users(query: $query) { edges { node { displayName } } } }',
      { query },
      staff,
    );
    if (errors) throw new Error(JSON.stringify(errors));
    return data.users.edges.map(({ node }: { node: { displayName: string } }) => node.displayName);
  },
  rename: async (graph, from, to) => {
    const data = await graph.ask(
      `mutation ($input: UpdateProfileInput!) {
        updateProfile(input: $input) { errors { __typename } } }`,
      { input: { displayName: to } },
      viewers.get(from),
    );
    expect(data.updateProfile.errors).toEqual([]);
  },
});
