/** An account that was asked for, which the code of a mail opens; or somebody half signed in, whose app shows one. */
export interface Confirmation {
  readonly by: 'MAIL' | 'APP';
  readonly challengeId: string;
  /** Milliseconds since the epoch: mail of before is about something else. */
  readonly askedAt: number;
}

/** The code that this tab has to give next, if there is one. */
export interface Confirmations {
  readonly pending: Confirmation | null;
  /** Sees whether an answer asks for a code, such as that of a `registerUser` or a `login` run in the editor. */
  noticeIn(data: unknown): void;
  end(): void;
  subscribe(listener: () => void): () => void;
}

export function createConfirmations(): Confirmations {
  const listeners = new Set<() => void>();
  let pending: Confirmation | null = null;
  const set = (next: Confirmation | null) => {
    pending = next;
    for (const listener of listeners) listener();
  };
  return {
    get pending() {
      return pending;
    },
    noticeIn: (data) => {
      for (const [name, payload] of Object.entries(
        (data ?? {}) as Record<string, Payload | null>,
      )) {
        const challengeId = payload?.challenge?.challengeId;
        const by = ASKS_FOR[name];
        if (challengeId && by) set({ by, challengeId, askedAt: Date.now() });
      }
    },
    end: () => set(null),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What answers a challenge of these mutations; others mail codes that they are run again with. */
const ASKS_FOR: Readonly<Record<string, Confirmation['by']>> = {
  registerUser: 'MAIL',
  login: 'APP',
  signInWithCode: 'APP',
  resetPassword: 'APP',
  completeOidcSignIn: 'APP',
};

interface Payload {
  readonly challenge?: { readonly challengeId?: string } | null;
}

interface CaughtMail {
  readonly to: string;
  readonly text: string;
  readonly sentAt: string;
}

/** The code that the mail brought, where mail is caught on this machine; null until it is there. */
export async function caughtCode({ askedAt }: Confirmation): Promise<CaughtCode | null> {
  const response = await fetch('/dev/mailbox.json').catch(() => null);
  if (!response?.ok) return null;
  const mails = (await response.json()) as CaughtMail[];
  for (const { to, text, sentAt } of mails) {
    const code = CODE_LINE.exec(text)?.[1];
    if (code && Date.parse(sentAt) >= askedAt - CLOCK_SKEW_MS) return { to, code };
  }
  return null;
}

export interface CaughtCode {
  readonly to: string;
  readonly code: string;
}

/** A code stands on a line of its own, set in by blanks. */
const CODE_LINE = /^ {4}([A-Z2-9]{4}-[A-Z2-9]{4})$/m;

/** The answer was read a moment after the mail may have been sent. */
const CLOCK_SKEW_MS = 2_000;
