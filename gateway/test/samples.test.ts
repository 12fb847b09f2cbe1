import { readdirSync, readFileSync } from 'node:fs';
import { silentLogger } from '@souk/runtime/process';
import { type DocumentNode, Kind, OperationTypeNode, parse, validate } from 'graphql';
import { afterAll, expect, test } from 'vitest';
import { createOperationGuard } from '../src/limits/guard.ts';
import { DEFAULT_ONLY_ONCE } from '../src/limits/limits.ts';
import { type Operation, preparedFor } from '../src/pipeline/operation.ts';
import { Refusal } from '../src/pipeline/refusal.ts';
import { createUnderstand } from '../src/pipeline/understand.ts';
import { createGatewaySupergraph } from '../src/supergraph/gateway-supergraph.ts';

const file = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const supergraphSdl = file('../supergraph.graphql');
const guard = createOperationGuard({ logger: silentLogger, onlyOnce: DEFAULT_ONLY_ONCE });
const transport = { execute: async () => ({ data: {} }) };
const supergraph = createGatewaySupergraph(supergraphSdl, { transport });
afterAll(() => supergraph.engine.close());
const understand = createUnderstand({ supergraph: () => supergraph, guard });
const samples = readdirSync(new URL('../playground/samples/', import.meta.url));

const operationsIn = (document: DocumentNode) =>
  document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);

/** Several operations share a tab; each is run by its name. */
function operationsOf(sample: string): Operation[] {
  const text = file(`../playground/samples/${sample}`);
  return operationsIn(parse(text)).map(({ name }) => {
    const operation = understand(text, name?.value);
    if (operation instanceof Refusal) throw operation.errors[0];
    return operation;
  });
}

test.each(samples)('the samples of %s fit the schema and the limits', (name) => {
  const { apiSchema } = supergraph.engine;
  const document = parse(file(`../playground/samples/${name}`));
  expect(validate(apiSchema, document).map(({ message }) => message)).toEqual([]);
  const operations = operationsOf(name);
  for (const { checkVariables } of operations) expect(checkVariables({}).problems).toEqual([]);
  const kinds = operations.map(({ type }) => type);
  expect(kinds).toContain(OperationTypeNode.QUERY);
  expect(kinds).toContain(OperationTypeNode.SUBSCRIPTION);
});

test.each(samples)('anonymous people may run each operation of %s by its name', async (name) => {
  for (const operation of operationsOf(name)) {
    // Of a subscription to something private nothing is left to run.
    if (operation.type === OperationTypeNode.SUBSCRIPTION) continue;
    const plan = await preparedFor(operation, null).outline();
    expect([operation.operationName, plan?.fetches]).toEqual([
      operation.operationName,
      expect.any(Array),
    ]);
  }
});
