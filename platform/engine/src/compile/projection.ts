import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { WithheldReason } from '../operation.ts';
import type { PlanningNames } from './client-names.ts';
import { isDefer, isDeferred } from './conditions.ts';
import { labelOf } from './deferred-fragments.ts';
import { responseName } from './free-names.ts';
import { holdingSets } from './holding-sets.ts';
import { type LeafCheck, leafCheckFor } from './leaf-checks.ts';
import { childShape, type Shape, slotOf } from './shape.ts';
import type { StreamedList, StreamedLists } from './streamed-lists.ts';
import type { TypeRelations } from './type-relations.ts';

/**
 * How merged answers become the client's response: which slots are written in which order, and what may be
 * null. Compiled from an operation whose conditions are evaluated.
 */
export type Output = LeafOutput | ListOutput | ObjectOutput;

interface OutputBase {
  readonly nonNull: boolean;
}
export interface LeafOutput extends OutputBase {
  readonly kind: 'leaf';
  readonly check: LeafCheck | undefined;
  /**
   * True when values that the check refuses may legitimately be there but are hidden from clients: enum
   * values.
   */
  readonly mayHide: boolean;
}
export interface ListOutput extends OutputBase {
  readonly kind: 'list';
  readonly of: Output;
  /** Set for a streamed list, which is written up to its initial count. */
  readonly stream?: StreamedList | undefined;
}
export interface ObjectOutput extends OutputBase {
  readonly kind: 'object';
  /** The fields, if the schema allows only one type here. */
  readonly only: ObjectFields | undefined;
  /** The fields by the JSON text of `__typename`; undefined for a type that clients cannot see. */
  readonly fieldsOf: (typename: string | undefined) => ObjectFields | undefined;
}
export interface ObjectFields {
  readonly typeName: string;
  readonly fields: readonly OutputField[];
  readonly shape: Shape;
  /** The parts of the object that come later. */
  readonly deferred: readonly DeferredFragment[];
}
/** A fragment that is not written together with its object, but separately. */
export interface DeferredFragment {
  readonly part: number;
  /** The client's label. */
  readonly label: string | undefined;
  readonly output: ObjectOutput;
}
export interface OutputField {
  readonly name: string;
  readonly fieldName: string;
  /** The member up to its value: `"name":`, with a comma before it unless it is the first. */
  readonly start: string;
  readonly slot: number;
  readonly output: Output;
  /** Whether anything of it, or somewhere below it, may come later. */
  readonly mayDefer: boolean;
  /** For `__typename`: the JSON text if the type is known in advance; null when the type is abstract. */
  readonly fixed: string | null | undefined;
  /** Why it is null for this viewer, whatever subgraphs would answer. */
  readonly withheld: WithheldReason | undefined;
}

export interface ProjectionInput {
  readonly schema: GraphQLSchema;
  readonly types: TypeRelations;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly names: PlanningNames;
  /** Selections of fields that are withheld from this viewer. */
  readonly withheld: ReadonlyMap<FieldNode, WithheldReason>;
  /** Response names that clients are not sent. */
  readonly internalNames: ReadonlySet<string> | undefined;
  /** By our label, the fragments that come later; the others come with the rest. */
  readonly parts: ReadonlyMap<string, DeferredPart>;
  readonly streams: StreamedLists;
}

interface Projecting extends ProjectionInput {
  /** Whether anything is deferred in a selection set, or further below. */
  readonly defers: (set: SelectionSetNode) => boolean;
}

export type DeferredPart = Pick<DeferredFragment, 'part' | 'label'>;

type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

const LEAF: LeafOutput = { kind: 'leaf', check: undefined, mayHide: false, nonNull: true };

export function compileProjection(
  input: ProjectionInput,
  operation: OperationDefinitionNode,
  shape: Shape,
): ObjectOutput {
  const { fragments, parts, schema } = input;
  const rootType = schema.getRootType(operation.operation) as GraphQLObjectType;
  const defers =
    parts.size > 0 ? holdingSets(isDeferred, (name) => fragments.get(name)) : () => false;
  return compileObject({ ...input, defers }, rootType, [operation.selectionSet], shape, false);
}

function compileObject(
  input: Projecting,
  type: ReturnType<typeof getNamedType>,
  sets: readonly SelectionSetNode[],
  shape: Shape,
  nonNull: boolean,
): ObjectOutput {
  if (isObjectType(type)) {
    const only = compileFields(input, type, sets, shape);
    return { kind: 'object', nonNull, only, fieldsOf: () => only };
  }
  const known = new Map<string | undefined, ObjectFields | undefined>();
  const compileFor = (typename: string | undefined): ObjectFields | undefined => {
    const name = typename === undefined ? undefined : (JSON.parse(typename) as string);
    const runtime = name === undefined ? type : input.schema.getType(name);
    if (isObjectType(runtime) || isInterfaceType(runtime)) {
      return compileFields(input, runtime, sets, shape);
    }
    return undefined;
  };
  const fieldsOf = (typename: string | undefined): ObjectFields | undefined => {
    const before = known.get(typename);
    if (before || known.has(typename)) return before;
    const fields = compileFor(typename);
    if (known.size < MOST_TYPES) known.set(typename, fields);
    return fields;
  };
  return { kind: 'object', nonNull, only: undefined, fieldsOf };
}

/** A subgraph that invents type names must not fill the memory. */
const MOST_TYPES = 1_000;

function compileFields(
  input: Projecting,
  type: FieldsType,
  sets: readonly SelectionSetNode[],
  shape: Shape,
): ObjectFields {
  const groups = new Map<string, FieldNode[]>();
  const defers: Defer[] = [];
  for (const set of sets) collectFields(input, type.name, set, groups, defers);
  const fields: OutputField[] = [];
  for (const [name, nodes] of groups) {
    if (input.internalNames?.has(name)) continue;
    const fieldName = (nodes[0] as FieldNode).name.value;
    const start = `${fields.length > 0 ? ',' : ''}${JSON.stringify(name)}:`;
    if (fieldName === '__typename') {
      const fixed = isObjectType(type) ? JSON.stringify(type.name) : null;
      const output = LEAF;
      fields.push({ ...NOT_READ, name, fieldName, start, output, fixed, withheld: undefined });
      continue;
    }
    const withheld = withheldIn(input, nodes);
    if (withheld) {
      const nonNull = isNonNullType(type.getFields()[fieldName]?.type);
      const output = { ...LEAF, nonNull };
      fields.push({ ...NOT_READ, name, fieldName, start, output, fixed: undefined, withheld });
      continue;
    }
    const held = input.names.nameOf(nodes[0] as FieldNode);
    const slot = slotOf(shape, held);
    const definition = type.getFields()[fieldName];
    // __schema and __type are answered separately; their finished text is in their slots.
    const whole = definition
      ? compileOutput(input, definition.type, nodes, held, shape)
      : { ...LEAF, nonNull: false };
    const below = shape.children.get(slot);
    const stream = below && input.streams.of(below);
    // In a list of lists the outer list is streamed.
    const output = stream && whole.kind === 'list' ? { ...whole, stream } : whole;
    const mayDefer =
      (below !== undefined && input.streams.leadTo(below)) ||
      nodes.some(({ selectionSet }) => selectionSet && input.defers(selectionSet));
    const own = { name, fieldName, start, slot, output, mayDefer };
    fields.push({ ...own, fixed: undefined, withheld: undefined });
  }
  const deferred = defers.map(({ set, part, label }) => ({
    part,
    label,
    output: compileObject(input, type, [set], shape, false),
  }));
  return { typeName: type.name, fields, shape, deferred };
}

/** For a field whose value is not stored in an Item. */
const NOT_READ = { slot: -1, mayDefer: false } as const;

interface Defer extends DeferredPart {
  readonly set: SelectionSetNode;
}

/** A field that is selected in several places is still one field: if it is withheld in one, it is in all. */
function withheldIn(
  { withheld }: Projecting,
  nodes: readonly FieldNode[],
): WithheldReason | undefined {
  if (withheld.size === 0) return undefined;
  for (const node of nodes) {
    const reason = withheld.get(node);
    if (reason) return reason;
  }
  return undefined;
}

function compileOutput(
  input: Projecting,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  name: string,
  shape: Shape,
): Output {
  const nonNull = isNonNullType(type);
  const nullable = nonNull ? type.ofType : type;
  const named = getNamedType(nullable);
  if (!isCompositeType(named)) {
    return { kind: 'leaf', check: leafCheckFor(nullable), mayHide: isEnumType(named), nonNull };
  }
  if (isListType(nullable)) {
    const of = compileOutput(input, nullable.ofType, nodes, name, shape);
    return { kind: 'list', of, nonNull };
  }
  const sets = nodes.map((node) => node.selectionSet as SelectionSetNode);
  return compileObject(input, named, sets, childShape(shape, name), nonNull);
}

function collectFields(
  input: Projecting,
  typename: string,
  set: SelectionSetNode,
  into: Map<string, FieldNode[]>,
  defers: Defer[],
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const name = responseName(selection);
      const group = into.get(name);
      if (group) group.push(selection);
      else into.set(name, [selection]);
      continue;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : input.fragments.get(selection.name.value);
    const condition = fragment?.typeCondition?.name.value;
    if (!fragment || (condition && !input.types.isSubtype(typename, condition))) continue;
    const part = input.parts.get(labelOf(selection.directives?.find(isDefer)) ?? '');
    if (part) defers.push({ ...part, set: fragment.selectionSet });
    else collectFields(input, typename, fragment.selectionSet, into, defers);
  }
}
