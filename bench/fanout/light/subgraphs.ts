import { createServer, type IncomingMessage } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { AUTHOR } from '../room.ts';
import { serveRoomStreams } from './room-streams.ts';
import { SCHEMAS } from './schemas.ts';
import { createSpoken } from './spoken.ts';

/**
 * People and one room, in one process and from memory, so that the gateway is what is measured. A
 * message on the channel says the room's next; `GET /seen` tells what was asked of the subgraphs.
 */
const spoken = createSpoken();
const people = buildSubgraphSchema({
  typeDefs: parse(SCHEMAS.people),
  resolvers: {
    Query: { user: () => AUTHOR },
    User: { __resolveReference: ({ id }: { id: string }) => (id === AUTHOR.id ? AUTHOR : null) },
  } as never,
});
let fetches = 0;
/** By request: nobody here changes. */
const answers = new Map<string, string>();

const server = createServer(async (request, response) => {
  try {
    const answer = await answerTo(request);
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(answer);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
const streams = serveRoomStreams(server, '/rooms', spoken);

async function answerTo(request: IncomingMessage): Promise<string | undefined> {
  switch (`${request.method} ${request.url}`) {
    case 'POST /people':
      fetches += 1;
      return executed(people, await bodyOf(request));
    case 'GET /seen':
      return JSON.stringify({ fetches, ...streams() });
    case 'GET /.well-known/jwks.json':
      return process.env.ACCESS_TOKEN_KEYS;
    default:
      return undefined;
  }
}

async function executed(schema: GraphQLSchema, body: string): Promise<string> {
  const known = answers.get(body);
  if (known !== undefined) return known;
  const { query, variables, operationName } = JSON.parse(body);
  const document = parse(query);
  const answer = JSON.stringify(
    await execute({ schema, document, variableValues: variables, operationName }),
  );
  answers.set(body, answer);
  return answer;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

process.on('message', () => spoken.say());
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
