import type { ObjectFields, ObjectOutput, Output, OutputField } from '../compile/projection.ts';
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
import type { WithheldReason } from '../types.ts';
import type { Gap } from './unanswered.ts';

/** Why something is null that no subgraph reported an error for. */
export interface Violation {
  /**
   * What clients must not see may become null quietly; what the schema does not allow, a null where
   * none may be, and what is withheld from whoever asks, may not.
   */
  readonly kind: 'hidden' | 'invalid' | 'null' | 'withheld';
  readonly message: string;
  readonly path: ResponsePath;
  /** Of what is withheld. */
  readonly code?: string;
  /** Where a field was looked for in vain. */
  readonly gap?: Gap;
}

/**
 * Things that a subgraph has answered with null, saying no more: not there, or not for this viewer. With them, as JSON
 * text, the interface as which it was asked, if it was one.
 */
export type AbsentItems = ReadonlyMap<Item, string | null>;

/**
 * One pass over the merged answers. Paths are not followed at first; when something had to become
 * null that should not have, a second, tracing pass finds out where.
 */
export interface Rendering {
  violated: boolean;
  /** Things that are not there: null wherever they stand, which is no fault. */
  readonly absent: AbsentItems;
  trace: { readonly path: (string | number)[]; readonly violations: Violation[] } | undefined;
}

/** The JSON text of an operation's data; 'null' when a null reached the root. */
export function renderData(
  output: ObjectOutput,
  item: Item,
  absent: AbsentItems,
  /** Where the Item stands in the response: a deferred part begins further down. */
  path: ResponsePath = [],
): { text: string; violations: readonly Violation[] } {
  const rendering: Rendering = { violated: false, absent, trace: undefined };
  const text = renderObject(output, item, rendering) ?? 'null';
  if (!rendering.violated) return { text, violations: [] };
  const violations: Violation[] = [];
  const trace = { path: [...path], violations };
  renderObject(output, item, { violated: false, absent, trace });
  return { text, violations };
}

/**
 * Whether something that has been written is null in the response, as a null inside of it may have made it.
 * An object that is not has its text still, and a list is null by its elements alone.
 */
export function isNullIn(output: Output, value: Slot, absent: AbsentItems): boolean {
  if (output.kind === 'list' && value instanceof ItemList) {
    const { of } = output;
    return of.nonNull && value.elements.some((element) => isNullIn(of, element, absent));
  }
  if (output.kind === 'object' && Array.isArray(value)) {
    const fields = fieldsAt(output, value);
    const written = value[RENDERED_SLOT] as Rendered | undefined;
    if (fields !== undefined && written?.fields === fields) return false;
  }
  return render(output, value, { violated: false, absent, trace: undefined }) === null;
}

function render(output: Output, value: Slot, rendering: Rendering): string | null {
  if (value === undefined || value === null) return null;
  switch (output.kind) {
    case 'leaf': {
      if (typeof value !== 'string')
        return reportViolation(rendering, 'invalid', 'Expected a leaf value.');
      const verdict = output.check === undefined || output.check(value);
      if (verdict === true) return value;
      const kind = output.mayHide ? 'hidden' : 'invalid';
      reportViolation(
        rendering,
        kind,
        'A subgraph returned a value that the schema does not allow here.',
      );
      return verdict as string | null;
    }
    case 'object':
      if (!Array.isArray(value))
        return reportViolation(rendering, 'invalid', 'Expected an object.');
      return renderObject(output, value, rendering);
    case 'list':
      if (!(value instanceof ItemList))
        return reportViolation(rendering, 'invalid', 'Expected a list.');
      return renderList(output.of, value.elements, rendering);
  }
}

function renderList(
  output: Output,
  elements: readonly ListElement[],
  rendering: Rendering,
): string | null {
  const { trace } = rendering;
  let text = '[';
  let bubbles = false;
  for (let index = 0; index < elements.length; index += 1) {
    trace?.path.push(index);
    let element = render(output, elements[index], rendering);
    if (element === null) {
      if (output.nonNull) {
        reportNull(rendering, 'Cannot return null for a non-nullable list element.');
        bubbles = true;
      }
      element = 'null';
    }
    trace?.path.pop();
    text += index === 0 ? element : `,${element}`;
  }
  return bubbles ? null : `${text}]`;
}

/** What is written of an Item; undefined where its type is none that the output knows. */
export const fieldsAt = (output: ObjectOutput, item: Item): ObjectFields | undefined =>
  output.only ?? output.fieldsOf(item[TYPENAME_SLOT] as string | undefined);

export function renderObject(
  output: ObjectOutput,
  item: Item,
  rendering: Rendering,
): string | null {
  // What nobody could say the type of is nothing at all.
  const { absent } = rendering;
  if (absent.size > 0 && absent.get(item) === (item[TYPENAME_SLOT] ?? '')) return null;
  const fields = fieldsAt(output, item);
  if (fields === undefined)
    return reportViolation(rendering, 'hidden', 'A subgraph returned an unknown type.');
  const before = item[RENDERED_SLOT] as Rendered | undefined;
  if (before?.fields === fields && rendering.trace === undefined) return before.reuse();
  const text = renderFields(fields, item, rendering);
  if (text !== null) item[RENDERED_SLOT] = new Rendered(fields, text);
  return text;
}

function renderFields(plan: ObjectFields, item: Item, rendering: Rendering): string | null {
  const { trace } = rendering;
  const { fields } = plan;
  const before = trace?.violations.length ?? 0;
  let text = '{';
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] as (typeof fields)[number];
    let value: string | null;
    if (field.fixed !== undefined) {
      value = field.fixed;
    } else if (field.withheld !== undefined) {
      value = null;
      withhold(rendering, field, field.withheld);
    } else {
      trace?.path.push(field.name);
      value = render(field.output, item[field.slot], rendering);
      trace?.path.pop();
    }
    if (value === null) {
      if (field.output.nonNull) {
        if (rendering.absent.has(item)) {
          // What would have been inside of something that is not there is no error of its own.
          if (trace) trace.violations.length = before;
          return null;
        }
        if (field.withheld !== undefined) return null;
        trace?.path.push(field.name);
        const name = `${plan.typeName}.${field.fieldName}`;
        const gap = { item, slot: field.slot, shape: plan.shape };
        reportNull(rendering, `Cannot return null for non-nullable field ${name}.`, gap);
        trace?.path.pop();
        return null;
      }
      value = 'null';
    }
    text += field.start + value;
  }
  return `${text}}`;
}

function reportViolation(rendering: Rendering, kind: Violation['kind'], message: string): null {
  rendering.violated = true;
  const { trace } = rendering;
  trace?.violations.push({ kind, message, path: [...trace.path] });
  return null;
}

function withhold(
  rendering: Rendering,
  { name }: OutputField,
  { code, message }: WithheldReason,
): void {
  rendering.violated = true;
  const { trace } = rendering;
  trace?.violations.push({ kind: 'withheld', message, code, path: [...trace.path, name] });
}

/** A null on its way up is reported once, where it started. */
function reportNull(rendering: Rendering, message: string, gap?: Gap): void {
  rendering.violated = true;
  const { trace } = rendering;
  if (!trace) return;
  const last = trace.violations.at(-1);
  const isCause =
    (last?.kind === 'null' || last?.kind === 'withheld') && isPrefix(trace.path, last.path);
  if (!isCause) {
    trace.violations.push({ kind: 'null', message, path: [...trace.path], gap });
  }
}

export const isPrefix = (start: ResponsePath, path: ResponsePath): boolean =>
  start.length <= path.length && start.every((element, index) => element === path[index]);
