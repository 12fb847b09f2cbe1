import { existsSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { withSharedTypes } from '@souk/runtime/schema';
import clientScalars from './codegen/client-scalars.mjs';
import { SUBGRAPH_NAMES } from './souk.config.ts';

/** The TypeScript of each scalar: what resolvers receive, and what they may return. */
const scalars = {
  ID: 'string',
  DateTime: { input: 'Date', output: 'Date | string' },
  UUID: 'string',
  URL: 'string',
  EmailAddress: 'string',
  Locale: 'string',
  CountryCode: 'string',
  Currency: 'string',
  SafeInt: 'number',
  TimeZone: 'string',
  LocalTime: 'string',
  EventCursor: 'string',
  WebAuthnJSON: { input: 'Record<string, unknown>', output: 'object' },
  _FieldSet: 'string',
  federation__FieldSet: 'string',
  federation__Scope: 'string',
  federation__Policy: 'string',
  federation__ContextFieldValue: 'string',
  link__Import: 'string',
};

/**
 * Typed resolvers for each subgraph from its own schema. A type `X` resolves from the type `XModel`
 * when `src/resolvers/models.ts` exports one, so resolvers pass domain objects on as they are.
 */
const resolverTypes = (subgraph: string): CodegenConfig['generates'] => ({
  [`subgraphs/${subgraph}/src/__generated__/resolvers.ts`]: {
    schema: withSharedTypes(readFileSync(`subgraphs/${subgraph}/schema.graphql`, 'utf8')),
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      scalars,
      strictScalars: true,
      enumsAsTypes: true,
      useTypeImports: true,
      importExtension: '.ts',
      emitLegacyCommonJSImports: false,
      contextType: '../context.ts#Context',
      mappers: modelsOf(subgraph),
      maybeValue: 'T | null | undefined',
      resolversNonOptionalTypename: { unionMember: true },
      avoidOptionals: { field: false, inputValue: false, object: false, defaultValue: true },
    },
  },
});

function modelsOf(subgraph: string): Record<string, string> {
  const file = new URL(`subgraphs/${subgraph}/src/resolvers/models.ts`, import.meta.url);
  if (!existsSync(file)) return {};
  const names = [...readFileSync(file, 'utf8').matchAll(/export (?:type|interface) (\w+)Model\b/g)];
  return Object.fromEntries(
    names.map(([, name]) => [name as string, `../resolvers/models.ts#${name}Model`]),
  );
}

/**
 * A client's operations, those of `e2e/operations/`, against the schema that clients see: typed
 * documents, so that whoever sends one knows the types of its variables and of its answer; and the
 * manifest that lets a gateway run these operations and no others.
 */
const CLIENT = {
  schema: 'gateway/api.graphql',
  documents: 'e2e/operations/*.graphql',
};
const clientOperations: CodegenConfig['generates'] = {
  'e2e/__generated__/operations.ts': {
    ...CLIENT,
    plugins: ['typescript', 'typescript-operations', 'typed-document-node'],
    config: {
      scalars: clientScalars,
      strictScalars: true,
      onlyOperationTypes: true,
      enumsAsTypes: true,
      useTypeImports: true,
    },
  },
  'e2e/__generated__/persisted-query-manifest.json': {
    ...CLIENT,
    plugins: ['codegen/persisted-manifest.mjs'],
  },
};

const config: CodegenConfig = {
  ignoreNoDocuments: true,
  generates: Object.assign({}, clientOperations, ...SUBGRAPH_NAMES.map(resolverTypes)),
};
export default config;
