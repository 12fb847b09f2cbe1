import {
  type DefinitionNode,
  type DocumentNode,
  type GraphQLError,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  Source,
  visit,
} from 'graphql';
import { SHARED_TYPES } from './shared-types.ts';

/** A definition that has a name others use: a type or a directive. */
type NamedDefinition = Extract<DefinitionNode, { name: unknown }> & ObjectTypeDefinitionNode;

const keyOf = (node: DefinitionNode & { name: { value: string } }): string =>
  node.kind === Kind.DIRECTIVE_DEFINITION ? `@${node.name.value}` : node.name.value;

const shared: ReadonlyMap<string, NamedDefinition> = new Map(
  (parse(SHARED_TYPES).definitions as readonly NamedDefinition[]).map((node) => [
    keyOf(node),
    node,
  ]),
);

/**
 * A subgraph's whole schema: its own definitions, and of the shared ones those that it uses, directly
 * or through one another.
 *
 * @param own the text of the subgraph's `schema.graphql`
 * @param file where that is, for whoever has to mend it
 * @throws SchemaFileError when it cannot be parsed, or defines a shared name itself, as two of one name
 *   drift apart
 */
export function withSharedTypes(own: string, file = 'schema.graphql'): string {
  const document = parseFile(own, file);
  for (const node of document.definitions) {
    if ('name' in node && node.name && shared.has(keyOf(node as NamedDefinition))) {
      const { line = 1, column = 1 } = node.loc?.startToken ?? {};
      const reason = `${node.name.value} is one of the shared types and must not be defined again.`;
      throw new SchemaFileError(`${file}:${line}:${column}: ${reason}`);
    }
  }
  const used = new Map<string, DefinitionNode>();
  const add = (root: Parameters<typeof visit>[0]): void => {
    const use = (key: string) => {
      const node = shared.get(key);
      if (!node || used.has(key)) return;
      used.set(key, node);
      add(node);
    };
    visit(root, {
      NamedType: ({ name }) => use(name.value),
      Directive: ({ name }) => use(`@${name.value}`),
    });
  };
  add(document);
  const texts = [...used.values()].map(({ loc }) => SHARED_TYPES.slice(loc?.start, loc?.end));
  return [own.trimEnd(), ...texts].join('\n\n').concat('\n');
}

/** What is wrong in a schema's file, and where in it. */
export class SchemaFileError extends Error {
  override readonly name = 'SchemaFileError';
  readonly wayOut = 'Mend it there; npm run compose says whether all of them fit together again.';
}

function parseFile(text: string, file: string): DocumentNode {
  try {
    return parse(new Source(text, file));
  } catch (error) {
    const { message, locations, name } = error as GraphQLError;
    if (name !== 'GraphQLError') throw error;
    const [{ line, column } = { line: 1, column: 1 }] = locations ?? [];
    throw new SchemaFileError(`${file}:${line}:${column}: ${message}`);
  }
}
