import { requireViewer } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import type { ViewerModel } from './models.ts';

/** Whoever asks, as they are now; null when the account is gone. */
export async function ownViewer({
  viewer,
  stores,
}: Pick<Context, 'viewer' | 'stores'>): Promise<ViewerModel | null> {
  const { userId, sessionId } = requireViewer(viewer);
  const found = await stores.accounts.findAtHead(userId);
  return found && { ...found, sessionId };
}
