/**
 * The merged answer of an operation, as the engine stores it. Every object is an Item: an array with a slot
 * for each response name that may occur at its place, whatever subgraph supplies it.
 *
 * A slot holds undefined (nothing arrived), null, the JSON text of a leaf, an Item, or an ItemList.
 */
export type Item = Slot[];
export type Slot = undefined | null | string | Item | ItemList | Rendered;
export type ListElement = null | Item | ItemList;

/** Lists have a class of their own, which distinguishes them from Items. */
export class ItemList {
  readonly elements: ListElement[];
  constructor(elements: ListElement[]) {
    this.elements = elements;
  }
}

/** Where every Item keeps the JSON text of its `__typename`. */
export const TYPENAME_SLOT = 0;
/** Where an Item that occurs at several places remembers where it was last written. */
export const RENDERED_SLOT = 1;

/**
 * Where an Item was written in the current response, under one selection: there may be several, one per type
 * of its parent.
 */
export class Rendered {
  readonly fields: unknown;
  /**
   * The stretch of the response in which it was written: its position is valid as long as the writer is in
   * that stretch.
   */
  readonly stretch: object;
  readonly from: number;
  readonly to: number;
  constructor(fields: unknown, stretch: object, from: number, to: number) {
    this.fields = fields;
    this.stretch = stretch;
    this.from = from;
    this.to = to;
  }
}

const FIRST_FIELD_SLOT = 2;

/** The layout of the Items at one place of the response. One per static path of an operation. */
export interface Shape {
  readonly parent: Shape | undefined;
  /** The response name under which the parent holds it. */
  readonly name: string;
  readonly slots: Map<string, number>;
  readonly children: Map<number, Shape>;
  /** Index of the list that collects the Items read at this place; -1 when no fetch needs them. */
  collector: number;
  /** How many fetches read Items at this place as part of something larger. */
  readers: number;
  /** An empty Item, to be copied. */
  blank: Item;
}

export function createShape(parent?: Shape, name = ''): Shape {
  return {
    parent,
    name,
    slots: new Map([['__typename', TYPENAME_SLOT]]),
    children: new Map(),
    collector: -1,
    readers: 0,
    blank: [undefined, undefined],
  };
}

/** The slot of a response name, created if it is new. */
export function slotOf(shape: Shape, responseName: string): number {
  const known = shape.slots.get(responseName);
  if (known !== undefined) return known;
  const slot = FIRST_FIELD_SLOT + shape.slots.size - 1;
  shape.slots.set(responseName, slot);
  shape.blank.push(undefined);
  return slot;
}

/** The shape of the values under a response name, created if it is new. */
export function childShape(shape: Shape, responseName: string): Shape {
  const slot = slotOf(shape, responseName);
  let child = shape.children.get(slot);
  if (!child) {
    child = createShape(shape, responseName);
    shape.children.set(slot, child);
  }
  return child;
}

/** Response names from the root to the shape, without lists. */
export function staticPath(shape: Shape): string[] {
  return shape.parent ? [...staticPath(shape.parent), shape.name] : [];
}

export const newItem = (shape: Shape): Item => shape.blank.slice();
