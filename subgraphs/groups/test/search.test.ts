import { describeSearch } from '@souk/testkit/search-contract';
import { communityOf, startGroups } from './community.ts';

describeSearch({
  start: startGroups,
  table: 'community',
  // A slug of its own, since that stays when a group is renamed.
  add: async (graph, name, index) => {
    await communityOf(graph).found({ name, slug: `group-${'abcdefghijklmnopqrstuvwxyz'[index]}` });
  },
  find: async (graph, query) => {
    const { data, errors } = await graph.execute(
      `query ($query: String) {
        groups(query: $query) { totalCount edges { node { name } } } }`,
      { query },
    );
    if (errors) throw new Error(JSON.stringify(errors));
    return data.groups.edges.map(({ node }: { node: { name: string } }) => node.name);
  },
  rename: async (graph, from, to) => {
    const data = await graph.ask(
      'query ($query: String) { groups(query: $query) { edges { node { id } } } }',
      { query: from },
    );
    const input = { id: data.groups.edges[0].node.id, name: to };
    await communityOf(graph).ask('updateGroup', { input });
  },
});
