import { composeServices } from '@apollo/composition';
import { type GraphQLError, parse, Source } from 'graphql';

export interface SubgraphSchema {
  readonly name: string;
  /** Written into the supergraph's join directives as the default address. */
  readonly url: string;
  readonly typeDefs: string;
  /** Shown in error messages. */
  readonly file: string;
}

/** Why the subgraphs cannot be composed: every reason with its places. */
export class CompositionError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The subgraphs do not compose:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.name = 'CompositionError';
    this.problems = problems;
  }
}

/** Composes subgraph schemas into supergraph SDL; throws `CompositionError`. */
export function compose(subgraphs: readonly SubgraphSchema[]): string {
  const files = new Map(subgraphs.map(({ name, file }) => [name, file]));
  const services = subgraphs.map(({ name, url, typeDefs, file }) => {
    try {
      return { name, url, typeDefs: parse(new Source(typeDefs, file)) };
    } catch (error) {
      throw new CompositionError([describe(error as GraphQLError, files)]);
    }
  });
  const { errors, supergraphSdl } = composeServices(services);
  if (errors) throw new CompositionError(errors.map((error) => describe(error, files)));
  return supergraphSdl.endsWith('\n') ? supergraphSdl : `${supergraphSdl}\n`;
}

function describe(error: GraphQLError, files: ReadonlyMap<string, string>): string {
  const places = (error.nodes ?? []).flatMap((node) => {
    const { loc } = node;
    if (!loc) return [];
    // Composition marks each node with the subgraph it comes from, but loses the name of its source.
    const subgraph = (node as { subgraph?: string }).subgraph;
    const file = (subgraph && files.get(subgraph)) || loc.source.name;
    return [`${file}:${loc.startToken.line}:${loc.startToken.column}`];
  });
  const own = error.nodes
    ? []
    : (error.locations ?? []).map(({ line, column }) => `${error.source?.name}:${line}:${column}`);
  const code = error.extensions?.code ? `${error.extensions.code}: ` : '';
  const where = [...new Set([...places, ...own])];
  return `${code}${error.message}${where.length > 0 ? ` (${where.join(', ')})` : ''}`;
}
