import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { SUBGRAPH_PORT } from './cases/case.ts';
import { loadCase } from './cases/load-case.ts';

/**
 * All subgraphs in one process. Answers are kept by request body, so that after the first time a
 * request costs next to nothing and the gateway is what is measured.
 */
const { subgraphs } = loadCase(process.argv[2], process.argv[3]);
const schemas = new Map<string, GraphQLSchema>(
  subgraphs.map(({ name, typeDefs, resolvers }) => [
    `/${name}`,
    buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers }),
  ]),
);
const answers = new Map<string, Buffer>();
/**
 * A subgraph that takes a number of milliseconds, as `opinions=50`, and some more for each entity, as
 * `opinions=0+1`.
 */
const [slow, slowness = ''] = process.argv[4]?.split('=') ?? [];
const [slowMs = 0, slowMsEach = 0] = slowness.split('+').map(Number);

const slownessOf = (body: string): number =>
  slowMs + slowMsEach * (JSON.parse(body).variables?.representations?.length ?? 0);

async function answer(path: string, body: string): Promise<Buffer> {
  const { query, variables, operationName } = JSON.parse(body);
  const schema = schemas.get(path);
  if (!schema) throw new Error(`No subgraph at ${path}.`);
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables,
    operationName,
  });
  return Buffer.from(JSON.stringify(result));
}

let requests = 0;
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    // Tells how often the subgraphs were asked so far.
    response.end(String(requests));
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    requests += 1;
    const path = request.url ?? '/';
    const body = (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString();
    const key = `${path}\n${body}`;
    let text = answers.get(key);
    if (!text) {
      text = await answer(path, body);
      if (answers.size < 10_000) answers.set(key, text);
    }
    if (path === `/${slow}`) await pause(slownessOf(body));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': text.length,
    });
    response.end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(SUBGRAPH_PORT, '127.0.0.1', () => console.log('ready'));
