import type { Configuration } from 'openid-client';
import type { IdentityProviderConfig } from '../identity-provider-settings.ts';

/** What a browser is redirected with; everything but the address is kept until it comes back. */
export interface OidcCeremony {
  readonly provider: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** A person's identity at a provider. */
export interface ProvenIdentity {
  readonly provider: string;
  readonly subject: string;
  readonly displayName: string | null;
  readonly preferredUsername: string | null;
  readonly email: string | null;
  /** Whether the provider says that they have confirmed the address. */
  readonly emailVerified: boolean;
}

/** "Sign in with …", by OpenID Connect's code flow with PKCE. */
export interface IdentityProviders {
  readonly list: readonly Pick<IdentityProviderConfig, 'name' | 'label'>[];
  /** Null for an unknown provider. */
  find(name: string): IdentityProviderConfig | null;
  begin(
    provider: IdentityProviderConfig,
    redirectUri: string,
  ): Promise<{ readonly ceremony: OidcCeremony; readonly authorizationUrl: string }>;
  /** Null for a code that was not issued in this ceremony; rejects when the provider is away. */
  complete(
    ceremony: OidcCeremony,
    given: { readonly code: string; readonly state: string },
  ): Promise<ProvenIdentity | null>;
}

const SCOPES = 'openid email profile';

export function createIdentityProviders(
  providers: readonly IdentityProviderConfig[],
): IdentityProviders {
  /** The library, and the provider's own description, are loaded when somebody first uses the provider. */
  const library = () => import('openid-client');
  const known = new Map<string, Promise<Configuration>>();
  const find = (name: string) => providers.find((one) => one.name === name) ?? null;
  const configurationOf = ({ name, issuer, clientId, clientSecret }: IdentityProviderConfig) => {
    const last = known.get(name);
    if (last) return last;
    const asked = library().then(({ discovery, allowInsecureRequests }) => {
      const server = new URL(issuer);
      // A provider on this machine, as in development, has no certificate.
      const isLocal = server.protocol === 'http:' && server.hostname === 'localhost';
      const options = isLocal ? { execute: [allowInsecureRequests] } : {};
      return discovery(server, clientId, clientSecret, undefined, options);
    });
    known.set(name, asked);
    // A provider that was away is asked again by the next request.
    asked.catch(() => known.delete(name));
    return asked;
  };
  return {
    list: providers.map(({ name, label }) => ({ name, label })),
    find,
    begin: async (provider, redirectUri) => {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge, ...random } = await library();
      const ceremony: OidcCeremony = {
        provider: provider.name,
        redirectUri,
        state: random.randomState(),
        nonce: random.randomNonce(),
        codeVerifier: random.randomPKCECodeVerifier(),
      };
      const authorizationUrl = buildAuthorizationUrl(await configurationOf(provider), {
        scope: SCOPES,
        redirect_uri: redirectUri,
        state: ceremony.state,
        nonce: ceremony.nonce,
        code_challenge: await calculatePKCECodeChallenge(ceremony.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { ceremony, authorizationUrl: authorizationUrl.href };
    },
    complete: async ({ provider: name, redirectUri, ...kept }, { code, state }) => {
      const provider = find(name);
      if (!provider) return null;
      const { authorizationCodeGrant, AuthorizationResponseError, ...errors } = await library();
      const configuration = await configurationOf(provider);
      const returned = new URL(redirectUri);
      returned.searchParams.set('code', code);
      returned.searchParams.set('state', state);
      // RFC 9207: the issuer of the code, if the provider names it; the client passes on code and state only.
      if (configuration.serverMetadata().authorization_response_iss_parameter_supported) {
        returned.searchParams.set('iss', configuration.serverMetadata().issuer);
      }
      try {
        const tokens = await authorizationCodeGrant(configuration, returned, {
          pkceCodeVerifier: kept.codeVerifier,
          expectedState: kept.state,
          expectedNonce: kept.nonce,
          idTokenExpected: true,
        });
        return identityOf(name, tokens.claims());
      } catch (error) {
        const isRefused =
          error instanceof AuthorizationResponseError ||
          error instanceof errors.ResponseBodyError ||
          error instanceof errors.ClientError;
        if (isRefused) return null;
        throw error;
      }
    },
  };
}

function identityOf(
  provider: string,
  claims: Readonly<Record<string, unknown>> | undefined,
): ProvenIdentity | null {
  if (typeof claims?.sub !== 'string') return null;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  return {
    provider,
    subject: claims.sub,
    displayName: text(claims.name),
    preferredUsername: text(claims.preferred_username),
    email: text(claims.email),
    emailVerified: claims.email_verified === true,
  };
}
