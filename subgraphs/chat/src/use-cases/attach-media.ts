import { checkEach, notFound } from '@souk/runtime/domain';
import { missingMedia } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';

/** Throws for each file that is not the viewer's own, or not ready. */
export async function assertAttachable(
  { reads: { media }, clock }: Pick<ChatDeps, 'reads' | 'clock'>,
  ownerId: string,
  mediaIds: readonly string[],
  asked: readonly string[],
): Promise<void> {
  assertNoneMissing(await missingMedia({ media, clock }, attachmentsOf(ownerId), mediaIds), asked);
}

/**
 * Checks the owners of files without waiting for recent uploads: for a form that already has other mistakes.
 */
export async function assertOwnMedia(
  { media }: Pick<Stores, 'media'>,
  ownerId: string,
  asked: readonly string[],
): Promise<void> {
  const owned = await media.ownedAmong(attachmentsOf(ownerId), asked);
  assertNoneMissing(
    [...new Set(asked)].filter((id) => !owned.includes(id)),
    asked,
  );
}

const attachmentsOf = (ownerId: string) => ({ ownerId, purpose: 'CHAT_ATTACHMENT' });

const assertNoneMissing = (missing: readonly string[], asked: readonly string[]) =>
  checkEach(missing, (id) => {
    throw notFound('Media', ['input', 'attachmentMediaIds', String(asked.indexOf(id))]);
  });
