import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/**
 * A supergraph over which short operations are hard to plan: a field that every subgraph has, on
 * every type behind an interface, can be had in (subgraphs ^ types) ways at each level.
 */
export function hardSupergraph(types: number): string {
  const names = Array.from({ length: types }, (_, index) => `T${index}`);
  const { supergraphSdl, errors } = composeServices(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, index) => ({
      name,
      url: `http://${name}.invalid`,
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
        type Query { ${index === 0 ? 'nodes: [Node] easy: Int' : `${name}: Int`} }
        interface Node { id: ID! ${index === 0 ? 'name: String next: Node' : ''} }
        ${names
          .map(
            (type) => `type ${type} implements Node @key(fields: "id") {
              id: ID! name: String @shareable next: Node @shareable
            }`,
          )
          .join('\n')}`),
    })),
  );
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** Takes longer than anybody waits. */
export const HARD = '{ nodes { next { next { next { name } } } } }';
