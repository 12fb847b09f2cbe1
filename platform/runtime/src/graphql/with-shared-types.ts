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

/** A definition with a name that others can use: a type or a directive. */
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
 * A subgraph's whole schema: its own definitions, and those of the shared ones that it uses, directly or
 * through one another.
 *
 * @param own the text of the subgraph's `schema.graphql`
 * @param file its path, for error messages
 * @throws SchemaFileError when it cannot be parsed, or when it defines a shared name itself, since two
 * definitions would diverge
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

/** What is wrong in a schema file, and where. */
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
