import type { Variables } from '@souk/engine';
import type { Operation } from '../../../pipeline/operation.ts';
import { badRequest } from '../request-failure.ts';
import { cookiesFor, type KeptTokens, withoutSession } from './session-cookies.ts';
import { TOKEN_FIELDS, type TokensAsked, tokensAskedBy } from './tokens-asked.ts';

type Payloads = Readonly<Record<string, { readonly tokens?: unknown } | null>>;

/** One mutation from a page whose session is kept in cookies. */
export class KeptSession {
  readonly #asked: TokensAsked;
  readonly #cookie: string | null;
  #isRefreshedByCookie = false;

  /** @throws RequestFailure when the tokens would be lost or would reach the page. */
  constructor(operation: Operation, refreshCookie: string | null) {
    this.#asked = tokensAskedBy(operation);
    this.#cookie = refreshCookie;
    if (!this.#asked.isPlain) {
      throw badRequest(
        `For a session in cookies, select tokens { ${TOKEN_FIELDS.join(' ')} } in each payload: no other names, fragments or directives.`,
      );
    }
  }

  /**
   * The page has no refresh token and sends an empty text instead, which is replaced by the cookie's token.
   */
  variables(given: Variables): Variables {
    const name = this.#asked.refreshVariable;
    if (name === null || given[name] !== '' || this.#cookie === null) return given;
    if (this.#asked.leaksVariable) {
      throw badRequest('The variable of refreshToken is used once, without a condition.');
    }
    this.#isRefreshedByCookie = true;
    return { ...given, [name]: this.#cookie };
  }

  /** The answer without its tokens, which are moved into cookies. */
  taken(body: string): { readonly body: string; readonly cookies: readonly string[] } {
    const { givesTokens, endsSessionAs } = this.#asked;
    if (!givesTokens && endsSessionAs.size === 0) return { body, cookies: [] };
    const data: Payloads = JSON.parse(body).data ?? {};
    let rest = body;
    let cookies: readonly string[] = [];
    for (const [key, payload] of Object.entries(data)) {
      if (payload === null) continue;
      if (endsSessionAs.has(key)) cookies = withoutSession();
      // The text of a token occurs nowhere else in the body, so everything else stays as it is.
      for (const token of secretsIn(payload.tokens)) {
        rest = rest.replaceAll(JSON.stringify(token), '""');
      }
      if (isTokens(payload.tokens)) cookies = cookiesFor(payload.tokens);
      else if (payload.tokens === null && this.#isRefreshedByCookie) cookies = withoutSession();
    }
    return { body: rest, cookies };
  }
}

/** Collects the tokens that are present; either may be missing. */
const secretsIn = (tokens: unknown): string[] => {
  const { accessToken, refreshToken } = (tokens ?? {}) as Record<string, unknown>;
  return [accessToken, refreshToken].filter((token) => typeof token === 'string');
};

const isTokens = (value: unknown): value is KeptTokens =>
  typeof value === 'object' &&
  value !== null &&
  TOKEN_FIELDS.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
