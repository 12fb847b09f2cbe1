import { type DocumentNode, type FieldNode, Kind, print, visit } from 'graphql';
import { freeName, namesIn, responseName } from './free-names.ts';

/**
 * Names chosen by a client that the planner would confuse with others. They are replaced while an operation
 * is planned and sent, and restored when variables are looked up and when the response is written. A
 * replacement differs from every name that the client uses; the original is kept next to it and never derived
 * from it.
 *
 * - Entity fetches carry variables called `representations…`.
 * - A field in a key or a @requires is looked up by its own name. If a client gives that name to something
 * else (`id: title`), or requests the field with arguments (`price(currency: EUR)`), the two would be
 * confused.
 * - A name may mean one thing on books and another on toys. In a subgraph where both are the same
 * @interfaceObject, the two would be confused.
 * - The planner gives aliases like `name__alias_0` to fields that do not merge.
 */
export interface PlanningNames {
  /** The response name of a client's field in the plan and in the answers of subgraphs. */
  nameOf(field: FieldNode): string;
  /** The client's name for a response name of the plan. */
  clientName(name: string): string;
  /** The name of a client's variable in the plan and in requests to subgraphs. */
  variableOf(clientVariable: string): string;
  /** The client's name for a variable of the plan. */
  clientVariable(name: string): string;
}

/** Names of the fields that keys, @requires and @provides are made of. */
export type MachineryFields = ReadonlySet<string>;

const RESERVED_VARIABLE = /^representations/;
const PLANNER_ALIAS = /__alias_[0-9]+$/;

export function createPlanningNames(
  document: DocumentNode,
  machinery: MachineryFields,
): PlanningNames {
  /** For each response name, what it is used for; a field under its own name, without arguments, is ''. */
  const uses = new Map<string, string[]>();
  const { fields: taken, variables } = namesIn(document);
  for (const name of machinery) taken.add(name);
  visit(document, {
    Field: (field) => {
      const name = responseName(field);
      const known = uses.get(name) ?? [];
      const meaning = meaningOf(field);
      if (!known.includes(meaning)) known.push(meaning);
      uses.set(name, known);
    },
  });

  /** By response name and meaning. */
  const planned = new Map<string, string>();
  const clientNames = new Map<string, string>();
  for (const [name, meanings] of uses) {
    const isAmbiguous = meanings.length > 1 || machinery.has(name);
    meanings.forEach((meaning, index) => {
      const isMistakable = isAmbiguous && meaning !== '';
      if (!isMistakable && !PLANNER_ALIAS.test(name)) return;
      const own = freeName((number) => `${name}__client${number}`, taken, index);
      planned.set(keyOf(name, meaning), own);
      clientNames.set(own, name);
    });
  }
  const plannedVariables = new Map<string, string>();
  const clientVariables = new Map<string, string>();
  for (const name of [...variables].filter((each) => RESERVED_VARIABLE.test(each))) {
    const own = freeName((number) => `client_${number || ''}${name}`, variables);
    plannedVariables.set(name, own);
    clientVariables.set(own, name);
  }
  return {
    nameOf(field) {
      const name = responseName(field);
      return (planned.size > 0 && planned.get(keyOf(name, meaningOf(field)))) || name;
    },
    clientName: (name) => clientNames.get(name) ?? name,
    variableOf: (name) => plannedVariables.get(name) ?? name,
    clientVariable: (name) => clientVariables.get(name) ?? name,
  };
}

const keyOf = (name: string, meaning: string): string => `${name}\n${meaning}`;

function meaningOf(field: FieldNode): string {
  const isPlain = responseName(field) === field.name.value && !field.arguments?.length;
  return isPlain ? '' : `${field.name.value}(${field.arguments?.map(print).sort().join() ?? ''})`;
}

/** The document to be planned. */
export const withPlanningNames = (document: DocumentNode, names: PlanningNames): DocumentNode =>
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.VARIABLE) {
        const value = names.variableOf(node.name.value);
        if (value !== node.name.value) return { ...node, name: { ...node.name, value } };
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
