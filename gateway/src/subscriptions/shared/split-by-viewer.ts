import { freeName, namesIn, responseName, type UsedNames, type WithheldFields } from '@souk/engine';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { ViewerFields } from '../../access/viewer-fields.ts';
import { aliasedField } from '../aliased-field.ts';

/** A place in the answer whose objects have fields that differ from viewer to viewer. */
export interface ViewerPlace {
  /** Response keys from the root down to the objects; lists are passed through. */
  readonly path: readonly string[];
  /** The response key under which each object's id is requested; different from all of the client's. */
  readonly idKey: string;
  /** Response keys that are filled for each viewer, by those of their placeholders. */
  readonly keys: ReadonlyMap<string, string>;
  /** The variable with the ids of the objects, when a viewer's fields are requested. */
  readonly idsVariable: string;
}

export interface SplitOperation {
  /** The same for every viewer, with placeholders for viewer-specific fields. */
  readonly neutral: DocumentNode;
  readonly places: readonly ViewerPlace[];
  /**
   * Requests one viewer's fields: `p<n>` for the objects of the n-th place, whose ids are in the place's
   * variable. Null when there are none.
   */
  readonly personal: string | null;
}

/** Which fields differ from viewer to viewer, and which are withheld from all subscribers. */
export interface SplitFields {
  readonly ofViewer: ViewerFields;
  readonly withheld: WithheldFields | undefined;
}

export const placeAlias = (place: number) => `p${place}`;

/**
 * Takes the fields that depend on the viewer out of a subscription. They are requested later through Relay's
 * `nodes(ids:)`, so each must be nullable and belong to a `Node`. Null when one does not, in which case the
 * operation cannot be split.
 */
export function splitByViewer(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  fields: SplitFields,
): SplitOperation | null {
  const root = schema.getSubscriptionType();
  if (!root) return null;
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const splitter = createSplitter(schema, fields, fragments, namesIn(document));
  const selectionSet = splitter.split(operation.selectionSet, root, []);
  if (!splitter.isSplittable()) return null;
  const found = splitter.places();
  if (found.length === 0) return { neutral: document, places: [], personal: null };
  if (!schema.getQueryType()?.getFields().nodes) return null;
  const neutral: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [withUsedVariables({ ...operation, selectionSet })],
  };
  return { neutral, places: found, personal: personalOperation(operation, found) };
}

interface FoundPlace extends ViewerPlace {
  readonly keys: Map<string, string>;
  /** By the type on which they are selected. */
  readonly fields: { readonly typeName: string; readonly field: FieldNode }[];
}

function createSplitter(
  schema: GraphQLSchema,
  { ofViewer, withheld }: SplitFields,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  used: UsedNames,
) {
  const places: FoundPlace[] = [];
  let isSplittable = true;

  /** One placeholder for all selections of the same objects, which GraphQL then merges. */
  const placeAt = (path: readonly string[]): FoundPlace => {
    const known = places.find((place) => place.path.join() === path.join());
    if (known) return known;
    const place: FoundPlace = {
      path,
      idKey: freeName((number) => `place_${number}`, used.fields),
      keys: new Map(),
      idsVariable: freeName((number) => `ids_${number}`, used.variables),
      fields: [],
    };
    places.push(place);
    return place;
  };

  const split = (
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    path: readonly string[],
  ): SelectionSetNode => {
    const mine: { readonly field: FieldNode; readonly alias: string }[] = [];
    const selections = set.selections.map((selection) => {
      if (selection.kind === Kind.FIELD) {
        const key = responseName(selection);
        // Null for all subscribers of the shared stream, whatever its value would be.
        if (withheld?.reasonFor(parent.name, selection.name.value)) return selection;
        if (path.length > 0 && ofViewer.has(parent.name, selection.name.value)) {
          if (!isRefetchable(parent, selection, schema)) isSplittable = false;
          const alias = freeName((number) => `viewer_${number}`, used.fields);
          mine.push({ field: expanded(selection, fragments), alias });
          return placeholder(alias, selection);
        }
        const type = fieldTypeOf(parent, selection.name.value);
        if (!selection.selectionSet || !isCompositeType(type)) return selection;
        return { ...selection, selectionSet: split(selection.selectionSet, type, [...path, key]) };
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const type = condition ? schema.getType(condition) : parent;
      if (!fragment || !isCompositeType(type)) return selection;
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: fragment.typeCondition,
        directives: selection.directives,
        selectionSet: split(fragment.selectionSet, type, path),
      } as const;
    });
    if (mine.length === 0) return { ...set, selections };
    const place = placeAt(path);
    for (const { field, alias } of mine) {
      place.keys.set(alias, responseName(field));
      place.fields.push({ typeName: parent.name, field });
    }
    return { ...set, selections: [...selections, aliasedField(place.idKey, 'id')] };
  };
  return { split, places: () => places, isSplittable: () => isSplittable };
}

/** Keeps the field's place in the answer, and costs no subgraph anything. */
const placeholder = (alias: string, { directives }: FieldNode): FieldNode => ({
  ...aliasedField(alias, '__typename'),
  directives,
});

const fieldTypeOf = (parent: GraphQLCompositeType, field: string) =>
  'getFields' in parent ? getNamedType(parent.getFields()[field]?.type) : undefined;

function isRefetchable(
  parent: GraphQLCompositeType,
  field: FieldNode,
  schema: GraphQLSchema,
): boolean {
  const node = schema.getType('Node');
  if (!isInterfaceType(node) || !(isObjectType(parent) || isInterfaceType(parent))) return false;
  const type = parent.getFields()[field.name.value]?.type;
  return schema.isSubType(node, parent) && type !== undefined && !isNonNullType(type);
}

/** A selection that needs no fragment definitions. */
const expanded = (
  field: FieldNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode =>
  visit(field, {
    FragmentSpread: ({ name: { value }, directives }) => {
      const fragment = fragments.get(value);
      return fragment && { ...fragment, kind: Kind.INLINE_FRAGMENT, directives, name: undefined };
    },
  }) as FieldNode;

const variablesIn = (node: OperationDefinitionNode | FieldNode): Set<string> => {
  const used = new Set<string>();
  visit(node, {
    VariableDefinition: () => false,
    Variable: ({ name: { value } }) => void used.add(value),
  });
  return used;
};

/** Variables that only a viewer's fields use would be unused, which is not valid. */
function withUsedVariables(operation: OperationDefinitionNode): OperationDefinitionNode {
  const used = variablesIn(operation);
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return { ...operation, variableDefinitions };
}

function personalOperation(
  { variableDefinitions = [] }: OperationDefinitionNode,
  places: readonly FoundPlace[],
): string {
  const selected = places.flatMap(({ fields }) => fields.map(({ field }) => field));
  const used = new Set(selected.flatMap((field) => [...variablesIn(field)]));
  const variables = [
    ...variableDefinitions.filter(({ variable }) => used.has(variable.name.value)).map(print),
    ...places.map(({ idsVariable }) => `$${idsVariable}: [ID!]!`),
  ];
  const fields = places.map(({ idKey, idsVariable, fields }, index) => {
    const own = fields.map(({ typeName, field }) => `... on ${typeName} { ${print(field)} }`);
    return `${placeAlias(index)}: nodes(ids: $${idsVariable}) { ${idKey}: id ${own.join(' ')} }`;
  });
  return `query (${variables.join(', ')}) { ${fields.join(' ')} }`;
}
