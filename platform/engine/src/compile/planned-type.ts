import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  print,
  type SelectionSetNode,
  type UnionTypeDefinitionNode,
  visit,
} from 'graphql';
import { argumentOf } from './given-arguments.ts';
import { type FieldsNode, fieldSetIn, graphOf, hasFields, namedType } from './join-directives.ts';
import type { PlannedTypes } from './planned-types.ts';

/** A field, reduced to what the planner considers. */
export interface PlannedField {
  /** Its properties that matter for planning. */
  readonly text: string;
  /** The name of the type that it returns. */
  readonly result: string;
  readonly requires: readonly SelectionSetNode[];
  readonly provides: readonly SelectionSetNode[];
  /** It gets a value from an ancestor (`@fromContext`), of whatever type that is. */
  readonly takesContext: boolean;
}

export class PlannedType {
  readonly name: string;
  /** Its keys, and which interfaces it implements in which subgraphs; nothing about its fields. */
  readonly text: string;
  readonly keys: readonly SelectionSetNode[];
  /** The possible types wherever this type is selected. */
  readonly subtypes: readonly string[];
  readonly #types: PlannedTypes;
  readonly #joins: readonly ConstDirectiveNode[];
  readonly #interfaces: readonly string[];
  readonly #nodes: ReadonlyMap<string, FieldDefinitionNode>;
  readonly #fields = new Map<string, PlannedField>();
  #ways: readonly PlannedType[] | undefined;

  constructor(node: FieldsNode | UnionTypeDefinitionNode, types: PlannedTypes) {
    const joins = node.directives ?? [];
    // That a subgraph has the type says nothing by itself: what counts is which of its fields it has.
    const ofWhole = joins.filter(
      (join) => join.name.value !== 'join__type' || argumentOf(join, 'key') !== undefined,
    );
    this.name = node.name.value;
    this.keys = joins.flatMap((join) => fieldSetIn(join, 'key') ?? []);
    this.subtypes = types.subtypesOf(this.name);
    this.#types = types;
    this.#joins = joins;
    this.#interfaces = hasFields(node) ? (node.interfaces ?? []).map(({ name }) => name.value) : [];
    const fields = hasFields(node) ? (node.fields ?? []) : [];
    this.#nodes = new Map(fields.map((field) => [field.name.value, field]));
    this.text = `${this.name} ${this.#textOf(ofWhole)}`;
  }

  /** The type, its possible types, and the interfaces as which some subgraph may know these. */
  get ways(): readonly PlannedType[] {
    if (this.#ways) return this.#ways;
    const objects = [this, ...this.subtypes.flatMap((name) => this.#types.get(name) ?? [])];
    const interfaces = objects.flatMap((each) => each.#interfaces);
    const ways = new Set([
      ...objects,
      ...interfaces.flatMap((name) => this.#types.get(name) ?? []),
    ]);
    this.#ways = [...ways];
    return this.#ways;
  }

  field(name: string): PlannedField | undefined {
    const known = this.#fields.get(name);
    const node = known ? undefined : this.#nodes.get(name);
    if (!node) return known;
    const field = this.#read(node);
    this.#fields.set(name, field);
    return field;
  }

  #read({
    name,
    arguments: given = [],
    type,
    directives: joins = [],
  }: FieldDefinitionNode): PlannedField {
    // A field without directives can be fetched from each subgraph that has the type.
    const isEverywhere = !joins.some((join) => join.name.value === 'join__field');
    const from = isEverywhere
      ? this.#joins.map((join) => this.#types.subgraph(graphOf(join) ?? ''))
      : [];
    const inputs = given.map((each) => print({ ...each, description: undefined }));
    return {
      text: `${this.name}.${name.value}(${inputs}): ${print(type)} ${this.#textOf(joins)} ${from}`,
      result: namedType(type),
      requires: joins.flatMap((join) => fieldSetIn(join, 'requires') ?? []),
      provides: joins.flatMap((join) => fieldSetIn(join, 'provides') ?? []),
      takesContext: joins.some((join) => argumentOf(join, 'contextArguments') !== undefined),
    };
  }

  #textOf(directives: readonly ConstDirectiveNode[]): string {
    const named = directives.map((directive) =>
      visit(directive, {
        EnumValue: (node) => ({ ...node, value: this.#types.subgraph(node.value) }),
      }),
    );
    return named.map(print).join(' ');
  }
}
