import { type DocumentNode, Kind, type ValueNode } from 'graphql';

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

interface Link {
  /** The last part of the URL before the version, e.g. `cost`. */
  readonly specification: string;
  readonly prefix: string;
  readonly imports: ReadonlyMap<string, string>;
}

/** The specifications that a supergraph uses. */
export function linksOf(supergraph: DocumentNode): Link[] {
  const schema = supergraph.definitions.filter(
    ({ kind }) => kind === Kind.SCHEMA_DEFINITION || kind === Kind.SCHEMA_EXTENSION,
  );
  return schema.flatMap((definition) =>
    ('directives' in definition ? (definition.directives ?? []) : []).flatMap((directive) => {
      if (directive.name.value !== 'link') return [];
      const given = new Map(directive.arguments?.map(({ name, value }) => [name.value, value]));
      const url = textOf(given.get('url'));
      const specification = /([^/]+)\/v\d+\.\d+$/.exec(url ?? '')?.[1];
      if (!specification) return [];
      return [
        {
          specification,
          prefix: textOf(given.get('as')) ?? specification,
          imports: importsOf(given.get('import')),
        },
      ];
    }),
  );
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
