import { describeSearch } from '@souk/testkit/search-contract';
import { startChat } from './chat.ts';

let chat: Awaited<ReturnType<typeof startChat>>;

describeSearch({
  start: async () => {
    chat = await startChat({ people: ['ada'] });
    return chat;
  },
  table: 'room',
  add: async (_, name) => {
    await chat.createRoom('ada', { kind: 'PUBLIC', name });
  },
  find: async (_, query) => {
    const { publicRooms } = await chat.ask(
      'query ($query: String) { publicRooms(query: $query) { edges { node { name } } } }',
      { query },
      null,
    );
    return publicRooms.edges.map(({ node }: { node: { name: string } }) => node.name);
  },
});
