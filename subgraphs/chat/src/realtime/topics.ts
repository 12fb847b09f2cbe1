/** Pub/sub topics of chat: live, lossy, never replayed. Payload types are next to them. */

export const typingTopic = (roomId: string) => `chat:room:${roomId}:typing`;

export interface TypingSignal {
  userId: string;
  /** Null in the room itself. */
  threadId: string | null;
  on: boolean;
}
