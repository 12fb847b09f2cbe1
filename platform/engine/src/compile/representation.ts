import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { ExactNumber, parseExactly, stringifyExactly } from '../json/exact-json.ts';
import type { SyntheticFields } from './planner-supergraph.ts';
import { type Item, ItemList, type Shape, type Slot, TYPENAME_SLOT } from './shape.ts';
import type { TypeRelations } from './type-relations.ts';

/**
 * Writes the representation of an entity as JSON text, directly from the texts in which its fields arrived.
 * What is written depends on the entity's type and is computed once per type.
 */
export interface RepresentationWriter {
  readonly shape: Shape;
  readonly selections: readonly QueryPlanSelectionNode[];
  readonly rewrites: readonly FetchDataRewrite[];
  readonly setting: RepresentationSetting;
  readonly byType: Map<string | undefined, readonly Part[]>;
}

export interface RepresentationSetting {
  readonly types: TypeRelations;
  readonly synthetic: SyntheticFields;
}

/** A subgraph that invents type names must not fill the memory. */
const MOST_TYPES = 1_000;

/** The fields of one fragment; unless all of them are present, none of them is sent. */
interface Part {
  readonly members: readonly Member[];
  /** Its text: what stands before each of the entity's own values, and after the last of them. */
  readonly pieces: readonly Piece[];
  readonly end: string;
  /** It says nothing but the type: no subgraph knows an entity by that. */
  readonly isTypeAlone: boolean;
}

interface Piece {
  readonly before: string;
  readonly slot: number;
  readonly child: RepresentationWriter | undefined;
}

interface Member {
  readonly key: string;
  readonly slot: number;
  /** JSON text that is written in place of the entity's own value. */
  readonly fixed: string | undefined;
  readonly child: RepresentationWriter | undefined;
}

export function compileRepresentation(
  selections: readonly QueryPlanSelectionNode[],
  shape: Shape,
  rewrites: readonly FetchDataRewrite[],
  setting: RepresentationSetting,
): RepresentationWriter {
  return { shape, selections, rewrites, setting, byType: new Map() };
}

/**
 * Undefined when the entity lacks a required field, or its type is not one of the fetch's. A plan may give
 * the key for other types only: no subgraph knows an entity by its type alone.
 */
export function writeRepresentation(writer: RepresentationWriter, item: Item): string | undefined {
  const parts = partsFor(writer, item[TYPENAME_SLOT]);
  if (parts.length === 1) {
    const part = parts[0] as Part;
    return part.isTypeAlone ? undefined : writePart(part, item);
  }
  const text = writeMerged(parts, item);
  return TYPE_ALONE.test(text) ? undefined : text;
}

const TYPE_ALONE = /^\{(?:"__typename":"[^"]*")?\}$/;

/** What an Item lacks for its representation to be written in full. */
export function missingInputs(writer: RepresentationWriter, item: Item): Input[] {
  return partsFor(writer, item[TYPENAME_SLOT]).flatMap((part) =>
    part.members.flatMap(({ fixed, slot, child }): Input[] => {
      if (fixed !== undefined) return [];
      const value = item[slot];
      if (value === undefined) return [{ item, slot, shape: writer.shape }];
      return child ? missingBelow(value, child) : [];
    }),
  );
}

function missingBelow(value: Slot, child: RepresentationWriter): Input[] {
  if (value instanceof ItemList) {
    return value.elements.flatMap((element) => missingBelow(element, child));
  }
  return Array.isArray(value) ? missingInputs(child, value) : [];
}

/** A slot from which a representation is written. */
export interface Input {
  readonly item: Item;
  readonly slot: number;
  readonly shape: Shape;
}

function writeParts(writer: RepresentationWriter, item: Item): string | undefined {
  const parts = partsFor(writer, item[TYPENAME_SLOT]);
  if (parts.length === 1) return writePart(parts[0] as Part, item);
  return writeMerged(parts, item);
}

function writePart(part: Part, item: Item): string | undefined {
  const { pieces, end } = part;
  let text = '';
  for (let index = 0; index < pieces.length; index += 1) {
    const { before, slot, child } = pieces[index] as Piece;
    const value = writeSlot(item[slot], child);
    if (value === undefined) return undefined;
    text += before + value;
  }
  return text + end;
}

/** Several fragments apply: those that are complete are written as one object. */
function writeMerged(parts: readonly Part[], item: Item): string {
  const members = new Map<string, string>();
  for (const { members: own } of parts) {
    const values = own.map((member) => writeMember(member, item));
    if (values.includes(undefined)) continue;
    own.forEach(({ key }, index) => {
      const before = members.get(key);
      members.set(key, mergeTexts(before, values[index] as string));
    });
  }
  return `{${[...members].map(([key, value]) => key + value).join(',')}}`;
}

/** Two fragments may need different parts of one nested object. */
function mergeTexts(before: string | undefined, text: string): string {
  if (before === undefined || before === text || !text.startsWith('{')) return text;
  return stringifyExactly(mergeValues(parseExactly(before), parseExactly(text)));
}

function mergeValues(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) {
    return other.map((value, index) => mergeValues(one[index], value));
  }
  if (isRecord(one) && isRecord(other)) {
    const merged: Record<string, unknown> = { ...one };
    for (const [key, value] of Object.entries(other)) merged[key] = mergeValues(one[key], value);
    return merged;
  }
  return other;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof ExactNumber);

function writeMember(member: Member, item: Item): string | undefined {
  if (member.fixed !== undefined) return member.fixed;
  return writeSlot(item[member.slot], member.child);
}

function writeSlot(value: Slot, child: RepresentationWriter | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (child === undefined) return undefined;
  if (value instanceof ItemList) {
    const texts = value.elements.map((element) => writeSlot(element, child) ?? 'null');
    return `[${texts.join(',')}]`;
  }
  return Array.isArray(value) ? writeParts(child, value) : undefined;
}

function partsFor(writer: RepresentationWriter, typename: Slot): readonly Part[] {
  const key = typeof typename === 'string' ? typename : undefined;
  const known = writer.byType.get(key);
  if (known) return known;
  const parts = compileParts(writer, key === undefined ? undefined : (JSON.parse(key) as string));
  if (writer.byType.size < MOST_TYPES) writer.byType.set(key, parts);
  return parts;
}

function compileParts(writer: RepresentationWriter, typename: string | undefined): Part[] {
  const { shape, setting } = writer;
  const { types, synthetic } = setting;
  const known = typename === undefined ? undefined : JSON.stringify(typename);
  const rewrites = writer.rewrites.filter((rewrite) => rewrite.kind === 'ValueSetter');
  const parts: Part[] = [];
  const plain: Member[] = [];
  for (const selection of writer.selections) {
    if (selection.kind === 'Field') plain.push(compileMember(selection));
    else if (selection.typeCondition && applies(selection.typeCondition)) {
      const inner = compileParts({ ...writer, selections: selection.selections }, typename);
      parts.push(...inner);
    }
  }
  if (plain.length > 0) parts.unshift(partOf(plain));
  return parts;

  function applies(typeCondition: string): boolean {
    return typename !== undefined && types.isSubtype(typename, typeCondition);
  }

  function compileMember(selection: QueryPlanSelectionNode & { kind: 'Field' }): Member {
    const name = selection.alias ?? selection.name;
    const slot = shape.slots.get(name) ?? -1;
    const below = shape.children.get(slot);
    const own = rewrites.flatMap((rewrite) => {
      const path = withoutTypeConditions(rewrite.path, (condition) => {
        return typename === undefined || types.isSubtype(typename, condition);
      });
      return path && path[0] === name ? [{ ...rewrite, path: path.slice(1) }] : [];
    });
    const setter = own.find(({ path }) => path.length === 0);
    return {
      key: `${JSON.stringify(synthetic.fields.get(selection.name)?.fieldName ?? name)}:`,
      slot,
      fixed: setter
        ? JSON.stringify(setter.setValueTo)
        : slot === TYPENAME_SLOT
          ? known
          : undefined,
      child:
        selection.selections && below
          ? compileRepresentation(selection.selections, below, own, setting)
          : undefined,
    };
  }
}

function partOf(members: readonly Member[]): Part {
  const pieces: Piece[] = [];
  let before = '{';
  for (const [index, { key, slot, fixed, child }] of members.entries()) {
    before += index === 0 ? key : `,${key}`;
    if (fixed !== undefined) {
      before += fixed;
      continue;
    }
    pieces.push({ before, slot, child });
    before = '';
  }
  const isTypeAlone = members.every(({ key }) => key === TYPENAME_KEY);
  return { members, pieces, end: `${before}}`, isTypeAlone };
}

const TYPENAME_KEY = '"__typename":';

/** The path without leading type conditions, or undefined when one of them does not apply. */
function withoutTypeConditions(
  path: readonly string[],
  applies: (typeCondition: string) => boolean,
): string[] | undefined {
  const prefix = '... on ';
  let start = 0;
  while (path[start]?.startsWith(prefix)) {
    if (!applies((path[start] as string).slice(prefix.length))) return undefined;
    start += 1;
  }
  return path.slice(start);
}
