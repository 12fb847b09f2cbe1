import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';

/**
 * Names that a client chose and that would be taken for the machinery's. While an operation is
 * planned and sent, such names are others; they come back where variables are looked up and where
 * the response is written.
 *
 * - Entity fetches carry variables called `representations…`.
 * - A field that some key or @requires is made of is looked for under its own name. When a client
 *   gives that name to something else (`id: title`), or asks for the field with arguments
 *   (`price(currency: EUR)`), the two would be one.
 */
export type MachineryFields = ReadonlySet<string>;

const RESERVED_VARIABLE = /^(?:client_)*representations/;
const PREFIXED_VARIABLE = /^client_(?:client_)*representations/;
const SUFFIX = '__client';

/** The document as it is planned. */
export const withPlanningNames = (document: DocumentNode, machinery: MachineryFields) =>
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.VARIABLE && RESERVED_VARIABLE.test(node.name.value)) {
        return { ...node, name: { ...node.name, value: `client_${node.name.value}` } };
      }
      if (node.kind === Kind.FIELD) {
        const value = planningName(node, machinery);
        if (value !== responseName(node)) {
          return { ...node, alias: { kind: Kind.NAME, value } as const };
        }
      }
      return undefined;
    },
  });

export const clientVariable = (name: string): string =>
  PREFIXED_VARIABLE.test(name) ? name.slice('client_'.length) : name;

export const responseName = (field: FieldNode): string => (field.alias ?? field.name).value;

/** The response name of a client's field in the plan and in what subgraphs answer. */
export function planningName(field: FieldNode, machinery: MachineryFields): string {
  const name = responseName(field);
  if (!machinery.has(name)) return name;
  const isPlain = name === field.name.value && !field.arguments?.length;
  return isPlain ? name : name + SUFFIX;
}

/** The other way round. */
export const clientName = (name: string): string =>
  name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
