import { namesOfDirectives } from '@souk/engine';
import { type DirectiveNode, Kind, parse, print, visit } from 'graphql';

/**
 * Specifications that Apollo Gateway refuses to load: access rules, which this gateway enforces itself, and
 * cache tags, which mean nothing to a gateway that stores no responses.
 */
const UNKNOWN_TO_APOLLO = [
  { specification: 'authenticated', directive: 'authenticated' },
  { specification: 'requiresScopes', directive: 'requiresScopes' },
  { specification: 'cacheTag', directive: 'cacheTag' },
] as const;

/** The supergraph in a form that stock Apollo Gateway can load. */
export function asApolloLoads(supergraphSdl: string): string {
  const supergraph = parse(supergraphSdl);
  const names = new Set(
    UNKNOWN_TO_APOLLO.flatMap(({ specification, directive }) => [
      ...namesOfDirectives(supergraph, specification, [directive]).values(),
    ]),
  );
  const isLink = ({ name, arguments: given }: DirectiveNode) =>
    name.value === 'link' &&
    given?.some(
      ({ value }) =>
        value.kind === Kind.STRING &&
        UNKNOWN_TO_APOLLO.some(({ specification }) => value.value.includes(`/${specification}/v`)),
    );
  return print(
    visit(supergraph, {
      Directive: (node) => (names.has(node.name.value) || isLink(node) ? null : undefined),
      DirectiveDefinition: (node) => (names.has(node.name.value) ? null : undefined),
      ScalarTypeDefinition: ({ name }) =>
        UNKNOWN_TO_APOLLO.some(({ specification }) => name.value.startsWith(`${specification}__`))
          ? null
          : undefined,
    }),
  );
}
