import { rememberLatest } from '@souk/runtime/domain';
import { htmlOf, type MentionAttributes } from './markdown.ts';
import type { Message } from './message.ts';

/** A text as it stands: its id, and how often it was changed or appended to, name it. */
export type RenderedText = Pick<Message, 'id' | 'revision' | 'growth'> & { text: string };

/** The HTML of messages, rendered once for all who ask for it. */
export interface RenderedTexts {
  htmlOf(message: RenderedText, attributesAt: MentionAttributes): Promise<string>;
}

export interface RenderingOptions {
  render?: typeof htmlOf;
  now?: () => number;
}

/** For so many messages it is kept: some kilobytes each, 60 of the longest. */
const KEPT = 500;
/** Milliseconds of rendering after which others have the event loop: the longest text takes some of its own. */
const TURN_MS = 5;

/**
 * Renders one text after the other and hands the event loop back in between, so that a page of long ones holds
 * nobody up. What the same revision of a message looks like is the same for everybody.
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
