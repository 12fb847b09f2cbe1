/** An account that was asked for; the code of a mail opens it. */
export interface Confirmation {
  readonly challengeId: string;
  /** Milliseconds since the epoch: mail of before is about something else. */
  readonly askedAt: number;
}

/** The account that this tab has asked for and not confirmed yet, if there is one. */
export interface Confirmations {
  readonly pending: Confirmation | null;
  /** Sees whether an answer asks for a code, such as that of a `registerUser` run in the editor. */
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
      const payload = (data as { registerUser?: Payload } | null)?.registerUser;
      const challengeId = payload?.challenge?.challengeId;
      if (challengeId) set({ challengeId, askedAt: Date.now() });
    },
    end: () => set(null),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

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
