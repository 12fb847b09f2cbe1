import { type DirectiveNode, type DocumentNode, Kind, print, visit } from 'graphql';
import { namesOfDirectives } from './specification-names.ts';

/** Specifications that Apollo Gateway refuses to load and this gateway enforces itself. */
const ENFORCED_HERE = [
  { specification: 'authenticated', directive: 'authenticated' },
  { specification: 'requiresScopes', directive: 'requiresScopes' },
] as const;

/** The supergraph as stock Apollo Gateway can load it. */
export function withoutAccessDirectives(supergraph: DocumentNode): string {
  const names = new Set(
    ENFORCED_HERE.flatMap(({ specification, directive }) => [
      ...namesOfDirectives(supergraph, specification, [directive]).values(),
    ]),
  );
  const isLink = ({ name, arguments: given }: DirectiveNode) =>
    name.value === 'link' &&
    given?.some(
      ({ value }) =>
        value.kind === Kind.STRING &&
        ENFORCED_HERE.some(({ specification }) => value.value.includes(`/${specification}/v`)),
    );
  return print(
    visit(supergraph, {
      Directive: (node) => (names.has(node.name.value) || isLink(node) ? null : undefined),
      DirectiveDefinition: (node) => (names.has(node.name.value) ? null : undefined),
      ScalarTypeDefinition: ({ name }) =>
        ENFORCED_HERE.some(({ specification }) => name.value.startsWith(`${specification}__`))
          ? null
          : undefined,
    }),
  );
}
