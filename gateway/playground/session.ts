/** Somebody who signed in here, with what the gateway gave them. */
export interface Session {
  readonly name: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** By which the next tokens were asked for, until the answer is there. */
  readonly renewalKey?: string;
}

/**
 * Everybody who signed in on this browser, kept across reloads, and who this tab acts as: two tabs
 * may talk to each other as two people.
 */
export interface Sessions {
  readonly all: readonly Session[];
  readonly active: Session | null;
  signIn(session: Session): void;
  /** Replaces the tokens of a session; who is active stays. */
  renew(session: Session): void;
  switchTo(name: string | null): void;
  forget(name: string): void;
  subscribe(listener: () => void): () => void;
}

const SESSIONS = 'souk.playground.sessions';
const ACTIVE = 'souk.playground.active';

export function createSessions(): Sessions {
  const listeners = new Set<() => void>();
  let all = read();
  let active = sessionStorage.getItem(ACTIVE) ?? localStorage.getItem(ACTIVE);

  const keep = (next: readonly Session[], name: string | null) => {
    all = next;
    active = name;
    localStorage.setItem(SESSIONS, JSON.stringify(all));
    // The tab remembers even that nobody is signed in; new tabs start as the last one.
    sessionStorage.setItem(ACTIVE, name ?? '');
    localStorage.setItem(ACTIVE, name ?? '');
    for (const listener of listeners) listener();
  };
  const without = (name: string) => all.filter((session) => session.name !== name);
  addEventListener('storage', ({ key }) => {
    if (key !== SESSIONS) return;
    all = read();
    for (const listener of listeners) listener();
  });

  return {
    get all() {
      return all;
    },
    get active() {
      return all.find(({ name }) => name === active) ?? null;
    },
    signIn: (session) => keep([...without(session.name), session], session.name),
    renew: (session) => keep([...without(session.name), session], active),
    switchTo: (name) => keep(all, name),
    forget: (name) => keep(without(name), active === name ? null : active),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function read(): readonly Session[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(SESSIONS) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
