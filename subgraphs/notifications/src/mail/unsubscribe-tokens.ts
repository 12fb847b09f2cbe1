import { mistakesOf, type SignedCursors } from '@souk/runtime/domain';

/** Names in links of mails by which their owners call mails off: signed, and of use for nothing else. */
export interface UnsubscribeTokens {
  tokenOf(userId: string): string;
  /** Null for what is no token of ours. */
  ownerOf(token: string): string | null;
}

const PURPOSE = 'unsubscribe';

export const createUnsubscribeTokens = (cursors: SignedCursors): UnsubscribeTokens => ({
  tokenOf: (userId) => cursors.sign(PURPOSE, userId),
  ownerOf: (token) => {
    let userId: string | null = null;
    mistakesOf(() => {
      userId = String(cursors.verify(PURPOSE, token));
    });
    return userId;
  },
});
