import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { MachineryFields } from './client-names.ts';
import { freeName } from './free-names.ts';
import { argumentOf } from './given-arguments.ts';
import {
  type FieldsNode,
  graphOf,
  hasFields,
  namedType,
  parseFieldSet,
} from './join-directives.ts';

/**
 * The supergraph as it is passed to the planner. It has no descriptions, and it differs from the real one in two
 * ways that work around mistakes of the planner:
 *
 * 1. `@requires(fields: "price(currency: \"USD\")")`. The planner identifies required fields by name only, so
 * it confuses them with the same field with other arguments, required elsewhere or requested by the client.
 * Here each such use becomes a separate field without arguments (a synthetic field), which requests and
 * representations turn back into the real one.
 * 2. Keys that a subgraph declares without resolving them, next to others that it does resolve. The planner
 * may re-enter the subgraph by the wrong one. Those keys are left out; they serve no other purpose in
 * planning.
 */
export interface PlannerSupergraph {
  readonly document: DocumentNode;
  readonly synthetic: SyntheticFields;
  readonly machinery: MachineryFields;
  readonly requiring: ReadonlySet<string>;
}

/** By the name of the synthetic field. */
export interface SyntheticFields {
  readonly fields: ReadonlyMap<string, SyntheticField>;
  /** The synthetic fields that a field of a subgraph requires, by `TypeName.fieldName`. */
  readonly requiredBy: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface SyntheticField {
  readonly fieldName: string;
  readonly arguments: readonly ArgumentNode[];
  /** Equal for synthetic fields that are written the same in a representation. */
  readonly origin: string;
}

/** Every name in a key or in what a field requires or provides. */
function machineryFields(document: DocumentNode): MachineryFields {
  const names = new Set(['__typename']);
  visit(document, {
    Directive: (directive) => {
      if (!directive.name.value.startsWith('join__')) return;
      for (const { name, value } of directive.arguments ?? []) {
        if (value.kind !== Kind.STRING || !FIELD_SETS.has(name.value)) continue;
        visit(parseFieldSet(value.value), { Field: (field) => void names.add(field.name.value) });
      }
    },
  });
  return names;
}

const FIELD_SETS = new Set(['key', 'requires', 'provides']);

export function plannerSupergraph(supergraph: DocumentNode): PlannerSupergraph {
  const document = withoutDescriptions(supergraph);
  const types = new Map(
    document.definitions.filter(hasFields).map((node) => [node.name.value, node]),
  );
  const replacer = createReplacer(types);
  const replaced = document.definitions.map((node) =>
    hasFields(node) ? replacer.replaceIn(withoutUselessKeys(node)) : node,
  );
  const definitions = replaced.map((node) => (hasFields(node) ? replacer.addTo(node) : node));
  const { fields, requiredBy } = replacer;
  const planned = { ...document, definitions };
  const machinery = machineryFields(planned);
  const requiring = requiringFields(planned);
  return { document: planned, synthetic: { fields, requiredBy }, machinery, requiring };
}

/** Descriptions are half of a supergraph's text. The planner ignores them, but would parse and keep them. */
const withoutDescriptions = (supergraph: DocumentNode): DocumentNode => ({
  ...supergraph,
  definitions: supergraph.definitions.map(undescribed),
});

const MEMBERS = ['fields', 'arguments', 'values'] as const;

function undescribed<Node extends object>(node: Node): Node {
  const bare: Node & { -readonly [member in (typeof MEMBERS)[number]]?: object[] } = {
    ...node,
    description: undefined,
  };
  for (const member of MEMBERS) {
    if (Array.isArray(bare[member])) bare[member] = bare[member].map(undescribed);
  }
  return bare;
}

/** Names of the fields that some subgraph cannot resolve without others of the same object. */
function requiringFields(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    FieldDefinition: ({ name, directives = [] }) => {
      if (directives.some((each) => argumentOf(each, 'requires'))) names.add(name.value);
    },
  });
  return names;
}

function createReplacer(types: ReadonlyMap<string, FieldsNode>) {
  const fields = new Map<string, SyntheticField>();
  const requiredBy = new Map<string, Set<string>>();
  const names = new Map<string, string>();
  const taken = new Set(
    [...types.values()].flatMap(({ fields = [] }) => fields.map(({ name }) => name.value)),
  );
  /** New field definitions per type. */
  const additions = new Map<string, Map<string, FieldDefinitionNode>>();

  const syntheticFieldFor = (typeName: string, field: FieldNode): string => {
    const fieldName = field.name.value;
    const origin = `${typeName}.${fieldName}`;
    const use = `${origin}(${(field.arguments ?? []).map((argument) => print(argument)).join()})`;
    let name = names.get(use);
    if (!name) {
      name = freeName((number) => `${fieldName}__required_${number}`, taken, names.size);
      names.set(use, name);
      fields.set(name, { fieldName, arguments: field.arguments ?? [], origin });
      for (const owner of ownersOf(types, typeName)) define(owner, fieldName, name);
    }
    return name;
  };

  const define = (owner: FieldsNode, fieldName: string, name: string): void => {
    const definition = owner.fields?.find((field) => field.name.value === fieldName);
    if (!definition) return;
    const added = additions.get(owner.name.value) ?? new Map<string, FieldDefinitionNode>();
    added.set(name, {
      ...definition,
      name: { kind: Kind.NAME, value: name },
      arguments: [],
    });
    additions.set(owner.name.value, added);
  };

  const replaceInSet = (
    set: SelectionSetNode,
    typeName: string,
    used: Set<string>,
  ): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = selection.typeCondition?.name.value ?? typeName;
        return { ...selection, selectionSet: replaceInSet(selection.selectionSet, inner, used) };
      }
      if (selection.kind !== Kind.FIELD) return selection;
      const definition = types
        .get(typeName)
        ?.fields?.find((field) => field.name.value === selection.name.value);
      const selectionSet =
        selection.selectionSet &&
        definition &&
        replaceInSet(selection.selectionSet, namedType(definition.type), used);
      if (!selection.arguments?.length) return { ...selection, selectionSet };
      const name = syntheticFieldFor(typeName, selection);
      used.add(name);
      return {
        ...selection,
        name: { kind: Kind.NAME, value: name },
        arguments: [],
        selectionSet,
      };
    }),
  });

  const replaceInDirective = (
    directive: ConstDirectiveNode,
    typeName: string,
    fieldName: string,
  ): ConstDirectiveNode => ({
    ...directive,
    arguments: directive.arguments?.map((argument) => {
      const isRequirement =
        argument.name.value === 'requires' && argument.value.kind === Kind.STRING;
      if (!isRequirement || !argument.value.value.includes('(')) return argument;
      const used = new Set<string>();
      const set = replaceInSet(parseFieldSet(argument.value.value), typeName, used);
      const key = `${typeName}.${fieldName}`;
      requiredBy.set(key, new Set([...(requiredBy.get(key) ?? []), ...used]));
      return { ...argument, value: { ...argument.value, value: printFieldSet(set) } };
    }),
  });

  return {
    fields,
    requiredBy,
    /** Replaces fields by synthetic ones in what the type's fields require. */
    replaceIn: (node: FieldsNode): FieldsNode => ({
      ...node,
      fields: node.fields?.map((field) => ({
        ...field,
        directives: field.directives?.map((directive) =>
          directive.name.value === 'join__field'
            ? replaceInDirective(directive, node.name.value, field.name.value)
            : directive,
        ),
      })),
    }),
    /** Defines the synthetic fields of the type in every subgraph that has the real field. */
    addTo: (node: FieldsNode): FieldsNode => ({
      ...node,
      fields: [...(node.fields ?? []), ...(additions.get(node.name.value)?.values() ?? [])],
    }),
  };
}

/** A field of an interface is also a field of all its implementations. */
function ownersOf(types: ReadonlyMap<string, FieldsNode>, typeName: string): FieldsNode[] {
  return [...types.values()].filter(
    (node) =>
      node.name.value === typeName ||
      node.interfaces?.some((implemented) => implemented.name.value === typeName),
  );
}

const printFieldSet = (set: SelectionSetNode): string =>
  stripIgnoredCharacters(print(set)).slice(1, -1);

function withoutUselessKeys(node: FieldsNode): FieldsNode {
  const joins = (node.directives ?? []).filter(({ name }) => name.value === 'join__type');
  const resolving = new Set(
    joins.filter((join) => hasKey(join) && !isUnresolvable(join)).map(graphOf),
  );
  const directives = node.directives?.filter(
    (directive) =>
      directive.name.value !== 'join__type' ||
      !isUnresolvable(directive) ||
      !resolving.has(graphOf(directive)),
  );
  return { ...node, directives };
}

const hasKey = (join: ConstDirectiveNode): boolean => argumentOf(join, 'key') !== undefined;
const isUnresolvable = (join: ConstDirectiveNode): boolean => {
  const value = argumentOf(join, 'resolvable');
  return value?.kind === Kind.BOOLEAN && !value.value;
};
