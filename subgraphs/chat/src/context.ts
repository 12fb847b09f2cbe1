import type { Loader, RequestContext } from '@souk/runtime';
import type { Chat } from './chat.ts';
import { createLoaders, type Loaders } from './persistence/loaders.ts';
import type { PresenceOf } from './realtime/presence-reader.ts';

/** What every resolver of chat receives. */
export interface Context extends RequestContext {
  chat: Chat;
  /** What was read stays as it was until `forget`: one operation sees one state. */
  readonly loaders: Loaders & { presence: Loader<PresenceOf> };
  /** After a mutation, and before each event of a subscription. */
  forget(): void;
  /** In a shared stream: what is read from now on is for everybody who may follow this room. */
  showRoomToAll(roomId: string): void;
}

export function createContext(chat: Chat, request: RequestContext): Context {
  const viewerId = request.viewer?.userId ?? null;
  let shownToAll: string | null = null;
  const freshLoaders = () => ({
    ...createLoaders(chat.reads, chat.shared, { viewerId, shownToAll }),
    presence: chat.presence.loader(),
  });
  let loaders = freshLoaders();
  return {
    ...request,
    chat,
    get loaders() {
      return loaders;
    },
    forget: () => {
      loaders = freshLoaders();
    },
    showRoomToAll: (roomId) => {
      if (!request.shared) throw new Error('only what is shared is for all');
      shownToAll = roomId;
    },
  };
}
