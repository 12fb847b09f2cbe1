import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { PlannedField, PlannedType } from './planned-type.ts';
import type { PlannedTypes } from './planned-types.ts';

/**
 * Everything in a supergraph that the planner considers for one operation, as text: the fields that it
 * selects, on every possible type; the keys of these types; and, recursively, the fields that those keys and
 * required fields consist of. No other field or key can be on a path that the planner weighs, so two
 * supergraphs that are equal in this give the operation the same plan, whatever else differs.
 */
export type PlanInputs = (operation: DocumentNode) => string;

/** `types` are those of the supergraph that is passed to the planner. */
export function createPlanInputs(types: PlannedTypes): PlanInputs {
  return (operation) => new Inputs(types, operation).text();
}

class Inputs {
  readonly #types: PlannedTypes;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** The types that are selected, with their possible types. */
  readonly #asked = new Set<PlannedType>();
  readonly #parts = new Set<PlannedType | PlannedField>();
  #hasEverything = false;

  constructor(types: PlannedTypes, operation: DocumentNode) {
    this.#types = types;
    for (const definition of operation.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
    for (const definition of operation.definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION)
        this.#addSelections(definition.selectionSet, types.rootOf(definition.operation));
    }
  }

  text(): string {
    const texts = [...this.#parts].map(({ text }) => text);
    for (const { name, subtypes } of this.#asked) {
      if (subtypes.length > 0) texts.push(`${name}: ${subtypes}`);
    }
    const everything = this.#hasEverything ? this.#types.text : '';
    // Sorted, since adding a type or a field may reorder the others.
    return [this.#types.schemaText, ...texts.sort(), everything].join('\n');
  }

  #addSelections({ selections }: SelectionSetNode, typeName: string): void {
    const type = this.#types.get(typeName);
    if (!type) return;
    this.#addType(type);
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD: {
          this.#addField(type, selection.name.value);
          const result = type.field(selection.name.value)?.result;
          if (result !== undefined && selection.selectionSet)
            this.#addSelections(selection.selectionSet, result);
          break;
        }
        case Kind.INLINE_FRAGMENT: {
          const { typeCondition, selectionSet } = selection;
          this.#addSelections(selectionSet, typeCondition?.name.value ?? typeName);
          break;
        }
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.#fragments.get(selection.name.value);
          // What a fragment selects does not depend on where it is spread, so once is enough.
          this.#fragments.delete(selection.name.value);
          if (fragment)
            this.#addSelections(fragment.selectionSet, fragment.typeCondition.name.value);
        }
      }
    }
  }

  #addType(type: PlannedType): void {
    if (this.#asked.has(type)) return;
    this.#asked.add(type);
    for (const way of type.ways) {
      if (this.#parts.has(way)) continue;
      this.#parts.add(way);
      for (const key of way.keys) this.#addSelections(key, way.name);
    }
  }

  #addField(type: PlannedType, name: string): void {
    for (const way of type.ways) {
      const field = way.field(name);
      if (!field || this.#parts.has(field)) continue;
      this.#parts.add(field);
      const result = this.#types.get(field.result);
      if (result) this.#addType(result);
      if (field.takesContext) this.#hasEverything = true;
      for (const required of field.requires) this.#addSelections(required, way.name);
      for (const provided of field.provides) this.#addSelections(provided, field.result);
    }
  }
}
