import { Kind, type SelectionSetNode } from 'graphql';
import type { Renames } from './renames.ts';
import { createRepeatRecord, type RepeatRecord } from './repeat-record.ts';
import { childShape, type Shape, slotOf } from './shape.ts';

/** Reads the objects that one selection of a fetch yields into Items of a shape. */
export interface AnswerReader {
  readonly shape: Shape;
  /** In the order in which a subgraph is expected to answer. */
  readonly fields: readonly FieldReader[];
  readonly byKey: ReadonlyMap<string, FieldReader>;
  /** Which of an execution's intern tables is used, if `decideSharing` has found that to be safe. */
  internTable: number;
  /** In which slot of an execution's memory the last object read here is remembered. */
  lastRead: number;
  readonly repeats: RepeatRecord;
}

export interface FieldReader {
  /** The member's start in compact JSON: `"name":` */
  readonly start: string;
  readonly position: number;
  readonly slot: number;
  /** Undefined for leaves, whatever JSON they contain. */
  readonly child: AnswerReader | undefined;
  /** For `__typename`: the JSON text of the first type that was read, as most lists are of one type. */
  usual: string | undefined;
}

/**
 * Compiles the reader of a selection set. Fragments are flattened: within one object a response name means
 * one thing, whichever type condition selected it.
 */
export function compileReader(
  selectionSets: readonly SelectionSetNode[],
  shape: Shape,
  fragments: ReadonlyMap<string, SelectionSetNode>,
  renames: Renames | undefined,
): AnswerReader {
  const nested = new Map<string, SelectionSetNode[] | undefined>();
  for (const set of selectionSets) collectFields(set, fragments, nested);
  const fields: FieldReader[] = [];
  const byKey = new Map<string, FieldReader>();
  for (const [key, children] of nested) {
    const rename = renames?.get(key);
    const responseName = rename?.to ?? key;
    const field: FieldReader = {
      start: `${JSON.stringify(key)}:`,
      position: fields.length,
      slot: slotOf(shape, responseName),
      child: children && compileChild(children, childShape(shape, responseName)),
      usual: undefined,
    };
    fields.push(field);
    byKey.set(key, field);
    function compileChild(sets: SelectionSetNode[], child: Shape): AnswerReader {
      child.readers += 1;
      return compileReader(sets, child, fragments, rename?.below);
    }
  }
  const repeats = createRepeatRecord();
  return { shape, fields, byKey, internTable: -1, lastRead: -1, repeats };
}

function collectFields(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
  into: Map<string, SelectionSetNode[] | undefined>,
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const sets = into.get(key) ?? [];
      if (selection.selectionSet) sets.push(selection.selectionSet);
      into.set(key, sets.length > 0 ? sets : undefined);
    } else {
      const inner =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : fragments.get(selection.name.value);
      if (inner) collectFields(inner, fragments, into);
    }
  }
}

/**
 * Two equal texts may be read into one Item only if nothing ever distinguishes their places: no other fetch
 * reads objects at the same place, or at a place below it, as part of its own answer. What entity fetches add
 * depends only on the text. True if this holds for all places below the reader's.
 */
export function decideSharing(reader: AnswerReader, newIndex: NewIndex): boolean {
  let isOpenBelow = true;
  let isFlat = true;
  for (const { child } of reader.fields) {
    if (child === undefined) continue;
    isFlat = false;
    const isOpen = decideSharing(child, newIndex) && child.shape.readers === 1;
    if (isOpen && child.internTable < 0) child.lastRead = newIndex.ofLastRead();
    if (!isOpen) isOpenBelow = false;
  }
  const isReference = isFlat && reader.shape.collector >= 0 && reader.shape.readers === 1;
  if (isReference) reader.internTable = newIndex.ofInternTable();
  return isOpenBelow;
}

export interface NewIndex {
  ofInternTable(): number;
  ofLastRead(): number;
}
