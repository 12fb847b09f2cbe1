import { type ConstDirectiveNode, type DocumentNode, Kind, type ValueNode } from 'graphql';

/**
 * The names that a supergraph uses for the directives of a specification. `@link` may rename what it imports
 * and prefixes everything else (https://specs.apollo.dev/link/v1.0).
 */
export function namesOfDirectives(
  supergraph: DocumentNode,
  specification: string,
  directives: readonly string[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const link of linksOf(supergraph)) {
    if (link.specification !== specification) continue;
    for (const directive of directives) {
      const prefixed =
        directive === link.specification ? link.prefix : `${link.prefix}__${directive}`;
      names.set(directive, link.imports.get(`@${directive}`)?.slice(1) ?? prefixed);
    }
  }
  return names;
}

/** Tells whether an element of a supergraph belongs to a specification, and so not to its API. */
export interface SpecificationElements {
  hasType(name: string): boolean;
  hasDirective(name: string): boolean;
}

/** The elements that the specifications of a supergraph define, by their names in this supergraph. */
export function elementsOfSpecifications(supergraph: DocumentNode): SpecificationElements {
  const links = linksOf(supergraph);
  const prefixes = new Set(links.map(({ prefix }) => prefix));
  const imported = new Set(links.flatMap(({ imports }) => [...imports.values()]));
  const isPrefixed = (name: string) =>
    [...prefixes].some((prefix) => name.startsWith(`${prefix}__`));
  return {
    hasType: (name) => isPrefixed(name) || imported.has(name),
    hasDirective: (name) => isPrefixed(name) || prefixes.has(name) || imported.has(`@${name}`),
  };
}

interface Link {
  /** The last part of the URL before the version, e.g. `cost`. */
  readonly specification: string;
  readonly prefix: string;
  readonly imports: ReadonlyMap<string, string>;
}

/** The specifications that a supergraph uses, as `@link` names them, or its predecessor `@core`. */
export function linksOf(supergraph: DocumentNode): Link[] {
  const directives = supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? [])
      : [],
  );
  const all = directives.flatMap((directive) => {
    const link = linkIn(directive);
    return link ? [{ by: directive.name.value, ...link }] : [];
  });
  // `@link` links itself, under the name that it has in this supergraph.
  const linking = all.find(
    ({ by, specification, prefix }) => by === prefix && LINKING.includes(specification),
  );
  return all.filter(({ by }) => by === (linking?.by ?? 'link'));
}

const LINKING: readonly string[] = ['link', 'core'];

function linkIn({ arguments: all = [] }: ConstDirectiveNode): Link | undefined {
  const given = new Map(all.map(({ name, value }) => [name.value, value]));
  const url = textOf(given.get('url') ?? given.get('feature'));
  const specification = /([^/]+)\/v\d+\.\d+$/.exec(url ?? '')?.[1];
  if (!specification) return undefined;
  return {
    specification,
    prefix: textOf(given.get('as')) ?? specification,
    imports: importsOf(given.get('import')),
  };
}

const textOf = (value: ValueNode | undefined) =>
  value?.kind === Kind.STRING ? value.value : undefined;

function importsOf(value: ValueNode | undefined): Map<string, string> {
  const imports = new Map<string, string>();
  for (const item of value?.kind === Kind.LIST ? value.values : []) {
    if (item.kind === Kind.STRING) imports.set(item.value, item.value);
    if (item.kind !== Kind.OBJECT) continue;
    const fields = new Map(
      item.fields.map(({ name, value: field }) => [name.value, textOf(field)]),
    );
    const name = fields.get('name');
    if (name) imports.set(name, fields.get('as') ?? name);
  }
  return imports;
}
