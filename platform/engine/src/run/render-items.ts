import type { ListOutput } from '../compile/projection.ts';
import type { ItemList } from '../compile/shape.ts';
import type { ResponsePath } from '../errors.ts';
import { CLOSE_BRACKET, COMMA, OPEN_BRACKET } from '../json/json-cursor.ts';
import { NULL, render, startRendering, type WrittenAnswers } from './render.ts';
import type { ResponseWriter } from './response-writer.ts';
import { reportNull, type Violation } from './violations.ts';

/** The items of a list from `start` on. */
export interface LaterItems {
  readonly output: ListOutput;
  readonly list: ItemList;
  readonly start: number;
  readonly path: ResponsePath;
}

/** Later items of a streamed list, written as a list. */
export interface RenderedItems {
  readonly text: string;
  /** The index after the last of them: the end of the list, or the first item that is null and must not be. */
  readonly end: number;
  readonly isFailed: boolean;
  readonly violations: readonly Violation[];
}

export function renderItems(
  writer: ResponseWriter,
  { output: { of }, list: { elements }, start, path }: LaterItems,
  answers: WrittenAnswers,
): RenderedItems {
  const from = writer.at;
  writer.byte(OPEN_BRACKET);
  const violations: Violation[] = [];
  let end = start;
  let isFailed = false;
  for (; end < elements.length; end += 1) {
    const before = writer.at;
    if (end > start) writer.byte(COMMA);
    const rendering = startRendering(writer, answers);
    const isNull = !render(of, elements[end], rendering);
    isFailed = isNull && of.nonNull;
    if (rendering.violated || isFailed) violations.push(...violationsAt(end));
    if (isFailed) {
      writer.takeBack(before);
      break;
    }
    if (isNull) writer.text(NULL);
  }
  writer.byte(CLOSE_BRACKET);
  return { text: writer.textFrom(from), end, isFailed, violations };

  function violationsAt(index: number): readonly Violation[] {
    const found: Violation[] = [];
    const tracing = startRendering(writer, answers);
    tracing.trace = { path: [...path, index], violations: found };
    const at = writer.at;
    const isWritten = render(of, elements[index], tracing);
    if (!isWritten && of.nonNull) {
      reportNull(tracing, 'Cannot return null for a non-nullable list element.');
    }
    writer.takeBack(at);
    return found;
  }
}
