import { as } from '@souk/testkit';
import { describeSearch } from '@souk/testkit/search-contract';
import { list, startProducts, UPDATE } from './catalogue.ts';

const ids = new Map<string, string>();

describeSearch({
  start: startProducts,
  table: 'product',
  add: async (graph, title) => {
    ids.set(title, (await list(graph, { title })).id);
  },
  find: async (graph, query) => {
    const { data, errors } = await graph.execute(
      'query ($query: String) { products(query: $query) { correctedQuery edges { node { title } } } }',
      { query },
    );
    if (errors) throw new Error(JSON.stringify(errors));
    // What is found by other words than were asked for is another matter: facets.test.ts.
    if (data.products.correctedQuery !== null) return [];
    return data.products.edges.map(({ node }: { node: { title: string } }) => node.title);
  },
  rename: async (graph, from, to) => {
    const input = { id: ids.get(from), title: to };
    await graph.execute(UPDATE, { input }, as('sela'));
  },
});
