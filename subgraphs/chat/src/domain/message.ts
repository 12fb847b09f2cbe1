import { createHash } from 'node:crypto';
import { assertText } from './text.ts';

export interface Message {
  id: string;
  roomId: string;
  sequence: number;
  clientMessageId: string | null;
  authorId: string | null;
  text: string | null;
  replyToId: string | null;
  sentAt: Date;
  /** What was first sent under the client's id. */
  inputHash: string | null;
}

/** The part of a message its sender decides. */
export interface MessageDraft {
  text: string;
  replyToId: string | null;
}

export const MAX_MESSAGE_LENGTH = 4_000;

export const assertMessageText = (text: string): void =>
  assertText(text, { max: MAX_MESSAGE_LENGTH, path: ['input', 'text'] });

/** Two drafts with the same hash are the same message sent again. */
export const draftHash = ({ text, replyToId }: MessageDraft): string =>
  createHash('sha256')
    .update(JSON.stringify([text, replyToId]))
    .digest('base64url');

const EXCERPT_LENGTH = 140;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The beginning of a text on one line, cut between characters, for people who are not there. */
export function excerptOf(text: string): string {
  const line = text
    .slice(0, EXCERPT_LENGTH * 8)
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= EXCERPT_LENGTH) return line;
  let excerpt = '';
  let count = 0;
  for (const { segment } of segmenter.segment(line)) {
    count += 1;
    if (count >= EXCERPT_LENGTH) return `${excerpt.trimEnd()}…`;
    excerpt += segment;
  }
  return excerpt;
}
