import { type DocumentNode, type FieldNode, Kind, print, visit } from 'graphql';

/**
 * Names that a client chose and that the planner would take for others. While an operation is
 * planned and sent, they are different; they come back where variables are looked up and where the
 * response is written.
 *
 * - Entity fetches carry variables called `representations…`.
 * - A field that some key or @requires is made of is looked for under its own name. When a client
 *   gives that name to something else (`id: title`), or asks for the field with arguments
 *   (`price(currency: EUR)`), the two would be one.
 * - A name may mean one thing on books and another on toys. In a subgraph where both are the same
 *   @interfaceObject, the two would be one.
 */
export interface PlanningNames {
  /** The response name of a client's field in the plan and in what subgraphs answer. */
  nameOf(field: FieldNode): string;
}

/** Names of the fields that keys, @requires and @provides are made of. */
export type MachineryFields = ReadonlySet<string>;

const RESERVED_VARIABLE = /^(?:client_)*representations/;
const PREFIXED_VARIABLE = /^client_(?:client_)*representations/;
const SUFFIX = /__client[0-9]+$/;

export function createPlanningNames(
  document: DocumentNode,
  machinery: MachineryFields,
): PlanningNames {
  /** Per response name, what it is used for; a field under its own name, without arguments, is ''. */
  const uses = new Map<string, string[]>();
  visit(document, {
    Field: (field) => {
      const name = responseName(field);
      const known = uses.get(name) ?? [];
      const meaning = meaningOf(field);
      if (!known.includes(meaning)) known.push(meaning);
      uses.set(name, known);
    },
  });
  return {
    nameOf(field) {
      const name = responseName(field);
      const meaning = meaningOf(field);
      const all = uses.get(name) ?? [];
      const isAmbiguous = all.length > 1 || machinery.has(name);
      return meaning === '' || !isAmbiguous ? name : `${name}__client${all.indexOf(meaning)}`;
    },
  };
}

function meaningOf(field: FieldNode): string {
  const isPlain = responseName(field) === field.name.value && !field.arguments?.length;
  return isPlain ? '' : `${field.name.value}(${field.arguments?.map(print).sort().join() ?? ''})`;
}

/** The document as it is planned. */
export const withPlanningNames = (document: DocumentNode, names: PlanningNames): DocumentNode =>
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.VARIABLE && RESERVED_VARIABLE.test(node.name.value)) {
        return { ...node, name: { ...node.name, value: `client_${node.name.value}` } };
      }
      if (node.kind === Kind.FIELD) {
        const value = names.nameOf(node);
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

/** The client's name for a response name of the plan. */
export const clientName = (name: string): string => name.replace(SUFFIX, '');
