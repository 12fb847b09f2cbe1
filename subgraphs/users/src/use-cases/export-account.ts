import type { Viewer } from '@souk/runtime/domain';
import { exportStream, newSealingKeys } from '@souk/runtime/events';
import { type AccountExport, assertMayExport } from '../domain/account-export.ts';
import type { UsersDeps } from './deps.ts';
import { lockedWithRecentProof } from './recent-proof.ts';

/** Asks every subgraph what it knows of the viewer; `finishExports` makes a file of the answers. */
export async function exportAccount(deps: UsersDeps, viewer: Viewer): Promise<AccountExport> {
  const { transaction, clock, newId } = deps;
  return transaction(async (stores) => {
    const now = clock();
    // One at a time for an account, so that two at once make one export.
    await lockedWithRecentProof(deps, stores, viewer);
    assertMayExport(await stores.exports.lastOf(viewer.userId), now);
    const { publicKey, privateKey } = newSealingKeys();
    const asked: AccountExport = {
      ...{ id: newId('axp'), accountId: viewer.userId, status: 'RUNNING', createdAt: now },
      ...{ mediaId: null, failure: null, finishedAt: null, expiresAt: null },
    };
    await stores.exports.insert(asked, privateKey);
    await stores.events.append({
      type: 'users.AccountExportRequested',
      stream: exportStream(asked.id),
      payload: { exportId: asked.id, userId: viewer.userId, publicKey },
    });
    return asked;
  });
}
