import { type Connection, connectionOf, type Page, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { Message } from '../domain/message.ts';
import type { ListedMessage, TimePosition } from '../persistence/message-lists.ts';

export interface MessageListRequest {
  /** Identifies the list: its cursors fit no other list. */
  purpose: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  read: (page: Page<TimePosition>) => Promise<ListedMessage[]>;
}

const positionOf = ({ position }: ListedMessage) => position;

/** A connection of messages that are not in the order of their room. */
export async function messageList(
  { purpose, first, after, read }: MessageListRequest,
  { cursors }: Context,
): Promise<Connection<Message>> {
  const page = pageOf<TimePosition>({ first, after }, { cursors, purpose });
  return connectionOf(await read(page), page, { cursors, purpose, positionOf });
}
