import { readConfig, type Setting } from '@souk/runtime/process';

/** Another identity provider, and our registration there. */
export interface IdentityProviderConfig {
  /** Its name for clients. */
  readonly name: string;
  /** The text on its button. */
  readonly label: string;
  /** Its address, under which it publishes its metadata (`/.well-known/openid-configuration`). */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The pages that a browser may return to, as registered with the provider. */
  readonly redirectUris: readonly string[];
}

const PARTS = ['name', 'label', 'issuer', 'clientId', 'clientSecret'] as const;

const isIdentityProvider = (value: unknown): value is IdentityProviderConfig => {
  const given = (value ?? {}) as Record<string, unknown>;
  const { issuer, redirectUris } = given;
  return (
    PARTS.every((part) => typeof given[part] === 'string' && given[part] !== '') &&
    URL.canParse(String(issuer)) &&
    Array.isArray(redirectUris) &&
    redirectUris.length > 0 &&
    redirectUris.every((one) => typeof one === 'string' && URL.canParse(one))
  );
};

/** The providers that people can sign in with; none unless configured. */
export const identityProviders: Setting<readonly IdentityProviderConfig[]> = {
  variable: 'IDENTITY_PROVIDERS',
  example:
    '[{"name":"corp","label":"Corp","issuer":"https://id.corp.example","clientId":"souk","clientSecret":"…","redirectUris":["https://souk.example/signed-in"]}]',
  required: false,
  read: (text) => {
    if (text === undefined || text === '') return [];
    let providers: unknown;
    try {
      providers = JSON.parse(text);
    } catch {
      throw new Error('must be JSON.');
    }
    if (!Array.isArray(providers) || !providers.every(isIdentityProvider)) {
      throw new Error(`must be a list of providers with ${PARTS.join(', ')} and redirectUris.`);
    }
    if (new Set(providers.map(({ name }) => name)).size < providers.length) {
      throw new Error('must give every provider a name of its own.');
    }
    return providers;
  },
};

/** This subgraph's part of the environment, for a process that serves several. */
export const loadIdentityProviders = (env: NodeJS.ProcessEnv) =>
  readConfig(env, { identityProviders });
