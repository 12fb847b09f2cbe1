import type { Confirmation, Confirmations } from './confirmation.ts';
import { randomUuid } from './random-uuid.ts';
import type { Session, Sessions } from './session.ts';

const TOKENS = `tokens { accessToken accessTokenExpiresAt refreshToken }
  viewer { user { username } }
  errors { ... on UserError { message } }`;
const LOGIN = `mutation PlaygroundLogin($login: String!, $password: String!) {
  login(input: { login: $login, password: $password, deviceLabel: "Playground" }) {
    challenge { challengeId } ${TOKENS}
  }
}`;
const CONFIRM = `mutation PlaygroundConfirm($input: ConfirmRegistrationInput!) {
  confirmRegistration(input: $input) { ${TOKENS} }
}`;
const COMPLETE = `mutation PlaygroundComplete($input: CompleteSignInInput!) {
  completeSignIn(input: $input) { ${TOKENS} }
}`;
const REFRESH = `mutation PlaygroundRefresh($refreshToken: String!, $key: UUID!) {
  refreshSession(refreshToken: $refreshToken, idempotencyKey: $key) { ${TOKENS} }
}`;
const LOGOUT = 'mutation PlaygroundLogout { logout { revokedSessions } }';

/** Milliseconds before its end at which a token is traded for a new one. */
const RENEW_BEFORE_MS = 60_000;

interface SignInPayload {
  /** A second factor is asked for. */
  readonly challenge?: { readonly challengeId: string } | null;
  readonly tokens?: {
    accessToken: string;
    accessTokenExpiresAt: string;
    refreshToken: string;
  } | null;
  readonly viewer?: { user?: { username?: string } | null } | null;
  readonly errors?: readonly { message: string }[];
}

const problemOf = (
  payload: SignInPayload | undefined,
  errors: readonly { message: string }[] | undefined,
) => payload?.errors?.[0]?.message ?? errors?.[0]?.message ?? 'That did not work.';

export interface Authentication {
  /** Resolves to what went wrong, or null. */
  signIn(login: string, password: string): Promise<string | null>;
  /** Opens an account by the code of its mail, or signs in by that of the app; resolves to what went wrong, or null. */
  confirm(confirmation: Confirmation, code: string): Promise<string | null>;
  signOut(): Promise<void>;
  /** The active session with a token that still lives, renewed if it must be. */
  current(): Promise<Session | null>;
  /** Signs in by the tokens of any answer, and notices an account that is to be confirmed. */
  adopt(data: unknown): void;
}

export function createAuthentication(
  url: string,
  sessions: Sessions,
  confirmations: Confirmations,
): Authentication {
  const post = async (query: string, variables: object, accessToken?: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as {
      data?: Record<string, SignInPayload>;
      errors?: { message: string }[];
    };
  };
  const sessionOf = (payload: SignInPayload | undefined, name: string): Session | null =>
    payload?.tokens
      ? {
          name: payload.viewer?.user?.username ?? name,
          accessToken: payload.tokens.accessToken,
          refreshToken: payload.tokens.refreshToken,
          expiresAt: payload.tokens.accessTokenExpiresAt
            ? Date.parse(payload.tokens.accessTokenExpiresAt)
            : expiryOf(payload.tokens.accessToken),
        }
      : null;

  let renewing: Promise<Session | null> | null = null;
  const renew = async (session: Session): Promise<Session | null> => {
    const { name, refreshToken, renewalKey: key = randomUuid() } = session;
    // Kept before it is asked by: whoever loses the answer, or leaves the page, asks again by the same.
    const asking = { ...session, renewalKey: key };
    sessions.renew(asking);
    const { data } = await post(REFRESH, { refreshToken, key });
    const renewed = sessionOf(data?.refreshSession, name);
    if (renewed) sessions.renew({ ...renewed, name });
    else if (data?.refreshSession?.errors?.length) sessions.forget(name);
    // An answer without data, as of a gateway that is busy, says nothing of the token.
    else return asking;
    return renewed;
  };

  return {
    signIn: async (login, password) => {
      const { data, errors } = await post(LOGIN, { login, password });
      const session = sessionOf(data?.login, login);
      if (session) sessions.signIn(session);
      confirmations.noticeIn(data);
      return session || data?.login?.challenge ? null : problemOf(data?.login, errors);
    },
    confirm: async ({ by, challengeId }, code) => {
      const { data, errors } =
        by === 'MAIL'
          ? await post(CONFIRM, { input: { challengeId, code, deviceLabel: 'Playground' } })
          : await post(COMPLETE, { input: { challengeId, totp: code } });
      const payload = data?.confirmRegistration ?? data?.completeSignIn;
      const session = sessionOf(payload, 'somebody');
      if (!session) return problemOf(payload, errors);
      confirmations.end();
      sessions.signIn(session);
      return null;
    },
    signOut: async () => {
      const session = sessions.active;
      if (!session) return;
      await post(LOGOUT, {}, session.accessToken).catch(() => {});
      sessions.forget(session.name);
    },
    current: async () => {
      const session = sessions.active;
      if (!session || session.expiresAt - Date.now() > RENEW_BEFORE_MS) return session;
      renewing ??= renew(session).finally(() => {
        renewing = null;
      });
      return renewing;
    },
    adopt: (data) => {
      confirmations.noticeIn(data);
      if (typeof data !== 'object' || data === null) return;
      for (const payload of Object.values(data) as (SignInPayload | null)[]) {
        const session = payload?.tokens?.refreshToken
          ? sessionOf(payload, subjectOf(payload.tokens.accessToken))
          : null;
        if (session) sessions.signIn(session);
      }
    },
  };
}

interface Claims {
  sub?: string;
  exp?: number;
}

const claimsOf = (token: string): Claims => {
  const [, claims = ''] = token.split('.');
  return JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
};
const expiryOf = (token: string) => (claimsOf(token).exp ?? 0) * 1_000;
const subjectOf = (token: string) => claimsOf(token).sub ?? 'somebody';
