import { rememberLatest } from '@souk/runtime/domain';
import { htmlOf, type MentionAttributes } from './markdown.ts';
import type { Message } from './message.ts';

/** A text in its current version: its id and the number of changes and additions identify it. */
export type RenderedText = Pick<Message, 'id' | 'revision' | 'growth'> & { text: string };

/** The HTML of messages, rendered once for all readers. */
export interface RenderedTexts {
  htmlOf(message: RenderedText, attributesAt: MentionAttributes): Promise<string>;
}

export interface RenderingOptions {
  render?: typeof htmlOf;
  now?: () => number;
}

/** How many messages are kept: some kilobytes each, 60 for the longest. */
const KEPT = 500;
/** Milliseconds of rendering after which the event loop may continue; a single long text may take longer. */
const TURN_MS = 5;

/**
 * Renders one text after the other and yields to the event loop in between, so that a page of long texts
 * blocks nobody. A revision of a message looks the same to everybody.
 */
export function createRenderedTexts({
  render = htmlOf,
  now = () => performance.now(),
}: RenderingOptions = {}): RenderedTexts {
  const kept = rememberLatest(KEPT, (): { html?: Promise<string> } => ({}));
  const waiting: (() => void)[] = [];
  const turn = () => {
    const endsAt = now() + TURN_MS;
    do waiting.shift()?.();
    while (waiting.length > 0 && now() < endsAt);
    if (waiting.length > 0) setImmediate(turn);
  };
  const inTurn = (work: () => string) =>
    new Promise<string>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(turn);
      waiting.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  return {
    htmlOf: ({ id, revision, growth, text }, attributesAt) => {
      const rendering = kept(`${id} ${revision} ${growth}`);
      rendering.html ??= inTurn(() => render(text, attributesAt));
      return rendering.html;
    },
  };
}
