import { type DocumentNode, Kind, visit } from 'graphql';

/**
 * Entity fetches carry variables called `representations…`. A client's variable of such a name gets
 * a prefix while the operation is planned and sent, and its own name back when it is looked up.
 */
const RESERVED = /^(?:client_)*representations/;
const PREFIXED = /^client_(?:client_)*representations/;

export const withoutReservedVariables = (document: DocumentNode): DocumentNode =>
  visit(document, {
    enter: (node) =>
      node.kind === Kind.VARIABLE && RESERVED.test(node.name.value)
        ? { ...node, name: { ...node.name, value: `client_${node.name.value}` } }
        : undefined,
  });

export const clientVariable = (name: string): string =>
  PREFIXED.test(name) ? name.slice('client_'.length) : name;
