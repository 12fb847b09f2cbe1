import { createHash } from 'node:crypto';
import { excerptOf as excerpt } from '@souk/runtime/domain';

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

/** Two drafts with the same hash are the same message sent again. */
export const draftHash = ({ text, replyToId }: MessageDraft): string =>
  createHash('sha256')
    .update(JSON.stringify([text, replyToId]))
    .digest('base64url');

const EXCERPT_LENGTH = 140;

/** The beginning of a text on one line, for people who are not there. */
export const excerptOf = (text: string): string => excerpt(text, EXCERPT_LENGTH);
