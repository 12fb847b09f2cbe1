import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A person as the provider knows them. */
export interface ProviderAccount {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly preferred_username?: string;
}

/** A certified OpenID Connect provider (oidc-provider), and somebody's browser before it. */
export interface StartedProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Goes to the provider, signs in there, agrees, and comes back with code and state. */
  visit(authorizationUrl: string, login: string): Promise<{ code: string; state: string }>;
}

/** `accounts` are its people by their login there, which is their subject too. */
export async function startProvider(
  accounts: Readonly<Record<string, ProviderAccount>>,
  client: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly redirectUri: string;
  },
): Promise<StartedProvider> {
  let handle: Parameters<typeof createServer>[1];
  const server = createServer((request, response) => handle?.(request as never, response as never));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  // It has no types of its own.
  const name = 'oidc-provider';
  const { default: Provider } = await import(name);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [client.redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        application_type: 'native',
      },
    ],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
    },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...accounts[id] }),
    }),
    cookies: { keys: ['a key for tests'] },
  });
  handle = provider.callback();

  return {
    issuer,
    visit: async (authorizationUrl, login) => {
      const browser = createBrowser();
      let response = await browser(authorizationUrl);
      for (let step = 0; step < 20; step += 1) {
        const location = response.headers.get('location');
        if (location?.startsWith(client.redirectUri)) {
          const { searchParams } = new URL(location);
          return {
            code: String(searchParams.get('code')),
            state: String(searchParams.get('state')),
          };
        }
        if (location) {
          response = await browser(new URL(location, issuer).href);
          continue;
        }
        const page = await response.text();
        const action = /action="([^"]+)"/.exec(page)?.[1];
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
        if (!action || !prompt) throw new Error(`a page that leads nowhere: ${page.slice(0, 500)}`);
        const form = new URLSearchParams({ prompt, login, password: 'any' });
        response = await browser(new URL(action, issuer).href, form);
      }
      throw new Error('the provider never sent the browser back');
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Follows nothing by itself, and keeps cookies. */
function createBrowser() {
  const cookies = new Map<string, string>();
  return async (url: string, form?: URLSearchParams): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
}
