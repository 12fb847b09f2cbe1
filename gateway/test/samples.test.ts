import { readdirSync, readFileSync } from 'node:fs';
import { createEngine } from '@souk/engine';
import { silentLogger } from '@souk/runtime';
import { Kind, OperationTypeNode, parse, validate } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { admit } from '../src/executor.ts';
import { costRulesOf } from '../src/limits/cost-rules.ts';
import { createOperationGuard } from '../src/limits/guard.ts';
import { DEFAULT_ONLY_ONCE } from '../src/limits/limits.ts';
import { loadSupergraph } from '../src/supergraph/loaded-supergraph.ts';

const file = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const supergraphSdl = file('../supergraph.graphql');
const costs = costRulesOf(parse(supergraphSdl));
const guard = createOperationGuard({ logger: silentLogger, onlyOnce: DEFAULT_ONLY_ONCE });
const transport = { execute: async () => ({ data: {} }) };
const { apiSchema } = createEngine({ supergraphSdl, transport });
const samples = readdirSync(new URL('../playground/samples/', import.meta.url));

test.each(samples)('the samples of %s fit the schema and the limits', (name) => {
  const document = parse(file(`../playground/samples/${name}`));
  // Several operations share a tab; each is run by its name.
  expect(validate(apiSchema, document).map(({ message }) => message)).toEqual([]);
  const guarded = guard.parse(file(`../playground/samples/${name}`));
  expect('definitions' in guarded).toBe(true);
  for (const operation of document.definitions) {
    if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
    expect(guard.problemsOf({ document, operation, variables: {} }, apiSchema, costs)).toEqual([]);
  }
  const kinds = document.definitions.map(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.operation,
  );
  expect(kinds).toContain(OperationTypeNode.QUERY);
  expect(kinds).toContain(OperationTypeNode.SUBSCRIPTION);
});

test.each(samples)(
  'who is not signed in may run each operation of %s by its name',
  async (name) => {
    const supergraph = loadSupergraph(supergraphSdl, { transport });
    onTestFinished(() => supergraph.engine.close());
    const source = file(`../playground/samples/${name}`);
    const document = parse(source);
    for (const operation of document.definitions) {
      if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
      // Of a subscription to something private nothing is left to run.
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) continue;
      const asked = { source, document, operationName: operation.name?.value };
      const admission = await admit(supergraph, asked, { requestId: 'test', viewer: null });
      expect([asked.operationName, 'prepared' in admission ? [] : admission]).toEqual([
        asked.operationName,
        [],
      ]);
    }
  },
);
