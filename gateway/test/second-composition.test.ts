import { apiSchemaOf } from '@souk/engine';
import { composeServices } from '@theguild/federation-composition';
import { lexicographicSortSchema, parse, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import type { SubgraphSchema } from '../src/supergraph/compose.ts';
import { repositorySchemas } from '../src/supergraph/compose-repository.ts';
import { composeOnce } from './support/compose-once.ts';

// Apollo composes; another implementation of the same rules must give clients the same schema. Where
// the two differ, one of them, or a schema of ours, means something that nobody else would read in it.

function composeOtherwise(subgraphs: readonly SubgraphSchema[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs: parse(typeDefs) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

const seenByClients = (supergraphSdl: string) =>
  printSchema(lexicographicSortSchema(apiSchemaOf(supergraphSdl)));

test('two compositions of these subgraphs are one schema to clients', () => {
  const subgraphs = repositorySchemas();
  expect(seenByClients(composeOtherwise(subgraphs))).toBe(seenByClients(composeOnce(subgraphs)));
});

test('a difference between the two is seen', () => {
  const subgraphs = repositorySchemas();
  const other = subgraphs.map((subgraph) => ({
    ...subgraph,
    typeDefs: subgraph.typeDefs.replace(
      '  joinPolicy: JoinPolicy!\n',
      '  joinPolicy: JoinPolicy\n',
    ),
  }));
  expect(other).not.toEqual(subgraphs);
  expect(seenByClients(composeOtherwise(other))).not.toBe(seenByClients(composeOnce(subgraphs)));
});
