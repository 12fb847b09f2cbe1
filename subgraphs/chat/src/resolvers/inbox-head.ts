import type { Context } from '../context.ts';

const heads = new WeakMap<Context, Promise<string>>();

/** Where the viewer's rooms stood when this operation first asked. */
export function inboxHead(viewerId: string, context: Context): Promise<string> {
  const head = heads.get(context) ?? context.services.inboxFeed.head(viewerId);
  heads.set(context, head);
  return head;
}
