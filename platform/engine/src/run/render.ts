import type {
  LeafOutput,
  ListOutput,
  ObjectFields,
  ObjectOutput,
  Output,
  OutputField,
} from '../compile/projection.ts';
import {
  type Item,
  ItemList,
  type ListElement,
  RENDERED_SLOT,
  Rendered,
  type Slot,
  TYPENAME_SLOT,
} from '../compile/shape.ts';
import type { ResponsePath } from '../errors.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
} from '../json/json-cursor.ts';
import { ResponseWriter } from './response-writer.ts';
import {
  type Findings,
  reportNull,
  reportViolation,
  reportWithheld,
  type Violation,
} from './violations.ts';

/** What rendering needs to know about the answers: which entities do not exist, and where streamed lists end at first. */
export interface WrittenAnswers {
  /**
   * Entities that a subgraph has answered with null without an error: they do not exist, or not for this
   * viewer. The value is the JSON text of the interface as which the entity was requested, if it was one.
   */
  readonly absent: ReadonlyMap<Item, string | null>;
  /** By the index of the streamed list. */
  readonly initialCounts: readonly number[];
}

/**
 * One pass over the merged answers. Paths are not tracked at first; if something had to become null that
 * should not have, a second, tracing pass finds out where.
 */
export interface Rendering extends Findings {
  readonly writer: ResponseWriter;
  readonly answers: WrittenAnswers;
}

export const NULL = 'null';

/** Writes an operation's data; `isNull` when a null reached the root. */
export function renderData(
  writer: ResponseWriter,
  output: ObjectOutput,
  item: Item,
  answers: WrittenAnswers,
  /** Where the Item is in the response: a deferred part begins further down. */
  path: ResponsePath = [],
): { isNull: boolean; violations: readonly Violation[] } {
  const rendering = startRendering(writer, answers);
  const isNull = !renderObject(output, item, rendering);
  if (isNull) writer.text(NULL);
  if (!rendering.violated) return { isNull, violations: [] };
  const violations: Violation[] = [];
  const tracing = startRendering(writer, answers);
  tracing.trace = { path: [...path], violations };
  const end = writer.at;
  renderObject(output, item, tracing);
  writer.takeBack(end);
  return { isNull, violations };
}

export const startRendering = (writer: ResponseWriter, answers: WrittenAnswers): Rendering => ({
  writer,
  answers,
  violated: false,
  trace: undefined,
});

/**
 * Whether something that has been written is null in the response because of a null inside it. An object then
 * has no text, and a list is null only because of its elements.
 */
export function isNullIn(output: Output, value: Slot, answers: WrittenAnswers): boolean {
  if (output.kind === 'list' && value instanceof ItemList) {
    const { of } = output;
    return (
      of.nonNull && firstOf(output, value, answers).some((each) => isNullIn(of, each, answers))
    );
  }
  if (output.kind === 'object' && Array.isArray(value)) {
    const fields = fieldsAt(output, value);
    const written = value[RENDERED_SLOT] as Rendered | undefined;
    if (fields !== undefined && written?.fields === fields) return false;
  }
  const writer = new ResponseWriter();
  const isNull = !render(output, value, startRendering(writer, answers));
  writer.release();
  return isNull;
}

/** Writes a value. False when it is null: then nothing is written. */
export function render(output: Output, value: Slot, rendering: Rendering): boolean {
  if (value === undefined || value === null) return false;
  switch (output.kind) {
    case 'leaf':
      return renderLeaf(output, value, rendering);
    case 'object':
      if (!Array.isArray(value))
        return reportViolation(rendering, 'invalid', 'Expected an object.');
      return renderObject(output, value, rendering);
    case 'list':
      if (!(value instanceof ItemList))
        return reportViolation(rendering, 'invalid', 'Expected a list.');
      return renderList(output, value, rendering);
  }
}

function renderLeaf(output: LeafOutput, value: Slot, rendering: Rendering): boolean {
  if (typeof value !== 'string')
    return reportViolation(rendering, 'invalid', 'Expected a leaf value.');
  const verdict = output.check === undefined || output.check(value);
  if (verdict === true) {
    rendering.writer.text(value);
    return true;
  }
  const kind = output.mayHide ? 'hidden' : 'invalid';
  reportViolation(
    rendering,
    kind,
    'A subgraph returned a value that the schema does not allow here.',
  );
  if (verdict === null) return false;
  rendering.writer.text(verdict);
  return true;
}

/** The items that are written together with a list: all, or the first ones of a streamed list. */
export const firstOf = (
  { stream }: ListOutput,
  { elements }: ItemList,
  { initialCounts }: WrittenAnswers,
): readonly ListElement[] => (stream ? elements.slice(0, initialCounts[stream.index]) : elements);

function renderList(list: ListOutput, value: ItemList, rendering: Rendering): boolean {
  const { of: output } = list;
  const elements = firstOf(list, value, rendering.answers);
  const { trace, writer } = rendering;
  const start = writer.at;
  writer.byte(OPEN_BRACKET);
  let bubbles = false;
  for (let index = 0; index < elements.length; index += 1) {
    trace?.path.push(index);
    if (index > 0) writer.byte(COMMA);
    if (!render(output, elements[index], rendering)) {
      if (output.nonNull) {
        reportNull(rendering, 'Cannot return null for a non-nullable list element.');
        bubbles = true;
      }
      writer.text(NULL);
    }
    trace?.path.pop();
  }
  if (bubbles) {
    writer.takeBack(start);
    return false;
  }
  writer.byte(CLOSE_BRACKET);
  return true;
}

/** What is written of an Item; undefined when its type is unknown to the output. */
export const fieldsAt = (output: ObjectOutput, item: Item): ObjectFields | undefined =>
  output.only ?? output.fieldsOf(item[TYPENAME_SLOT] as string | undefined);

function renderObject(output: ObjectOutput, item: Item, rendering: Rendering): boolean {
  // An object whose type nobody could tell does not exist.
  const { absent } = rendering.answers;
  if (absent.size > 0 && absent.get(item) === (item[TYPENAME_SLOT] ?? '')) return false;
  const fields = fieldsAt(output, item);
  if (fields === undefined)
    return reportViolation(rendering, 'hidden', 'A subgraph returned an unknown type.');
  const { writer } = rendering;
  const before = item[RENDERED_SLOT] as Rendered | undefined;
  const isThere = before?.fields === fields && before.stretch === writer.stretch;
  if (isThere && rendering.trace === undefined) {
    writer.again(before.from, before.to);
    return true;
  }
  const from = writer.at;
  if (!renderFields(fields, item, rendering)) {
    writer.takeBack(from);
    return false;
  }
  item[RENDERED_SLOT] = new Rendered(fields, writer.stretch, from, writer.at);
  return true;
}

function renderFields(plan: ObjectFields, item: Item, rendering: Rendering): boolean {
  const { trace, writer } = rendering;
  const { fields } = plan;
  const before = trace?.violations.length ?? 0;
  writer.byte(OPEN_BRACE);
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] as (typeof fields)[number];
    writer.text(field.start);
    if (renderField(field, item, rendering)) continue;
    if (field.output.nonNull) {
      if (rendering.answers.absent.has(item)) {
        // Fields inside an object that does not exist cause no errors of their own.
        if (trace) trace.violations.length = before;
        return false;
      }
      if (field.withheld !== undefined) return false;
      trace?.path.push(field.name);
      const name = `${plan.typeName}.${field.fieldName}`;
      const gap = { item, slot: field.slot, shape: plan.shape };
      reportNull(rendering, `Cannot return null for non-nullable field ${name}.`, gap);
      trace?.path.pop();
      return false;
    }
    writer.text(NULL);
  }
  writer.byte(CLOSE_BRACE);
  return true;
}

function renderField(field: OutputField, item: Item, rendering: Rendering): boolean {
  const { fixed, withheld } = field;
  if (fixed !== undefined) {
    if (fixed !== null) rendering.writer.text(fixed);
    return fixed !== null;
  }
  if (withheld !== undefined) {
    reportWithheld(rendering, field, withheld);
    return false;
  }
  const { trace } = rendering;
  trace?.path.push(field.name);
  const isWritten = render(field.output, item[field.slot], rendering);
  trace?.path.pop();
  return isWritten;
}
