import { createHash } from 'node:crypto';
import { plugin as typedDocuments } from '@graphql-codegen/typed-document-node';
import { Kind, print } from 'graphql';

/**
 * A GraphQL Code Generator plugin: writes the manifest of a client's operations, which a gateway
 * with `SAFELIST` reads. Each text is that of the document which the plugin `typed-document-node`
 * makes of the operation, with the same config, as `print` of graphql-js writes it: a client that
 * sends those documents finds an operation's id with `sha256(print(document))`.
 *
 * @type {import('@graphql-codegen/plugin-helpers').PluginFunction}
 */
export function plugin(schema, documents, config) {
  const operations = [];
  const collect = (document) => {
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
    const body = print(document);
    const id = createHash('sha256').update(body).digest('hex');
    operations.push({ id, name: operation.name?.value, type: operation.operation, body });
    return undefined;
  };
  typedDocuments(schema, documents, { ...config, unstable_onExecutableDocumentNode: collect });
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
