import {
  badInput,
  CODE_LIFETIME_MS,
  challengeDigest,
  isChallengeId,
  newChallengeId,
  notFound,
  serviceUnavailable,
} from '@souk/runtime/domain';
import { failureFields } from '@souk/runtime/persistence';
import { type Logger, warnCounted } from '@souk/runtime/process';
import type { OidcCeremony, ProvenIdentity } from '../credentials/identity-providers.ts';
import { identityRefused } from '../domain/linked-identity.ts';
import type { UsersDeps } from './deps.ts';
import { countCeremony } from './sign-in-limits.ts';

export interface BegunOidcSignIn {
  readonly ceremonyId: string;
  readonly authorizationUrl: string;
}

/** What a browser came back with. */
export interface OidcAnswer {
  readonly ceremonyId: string;
  readonly code: string;
  readonly state: string;
}

const PURPOSE = 'OIDC';

/**
 * Begins to sign in at another identity provider. The browser comes back to a page that the provider's
 * setting names, or whoever makes up an address would be given the code.
 */
export async function beginOidcSignIn(
  deps: UsersDeps,
  { provider: name, redirectUri }: { readonly provider: string; readonly redirectUri: string },
  clientAddress: string | null,
): Promise<BegunOidcSignIn> {
  const { identityProviders, reads, clock, logger } = deps;
  const provider = identityProviders.find(name);
  if (!provider) throw notFound('IdentityProvider', ['provider']);
  if (!provider.redirectUris.includes(redirectUri)) {
    throw badInput('The provider is not configured for this page.', ['redirectUri']);
  }
  await countCeremony(deps.rateLimit, clientAddress);
  const begun = await identityProviders.begin(provider, redirectUri).catch((err) => {
    providerIsAway(logger, name, err);
    throw serviceUnavailable();
  });
  const createdAt = clock();
  const ceremonyId = newChallengeId();
  await reads.challenges.insert({
    digest: challengeDigest(ceremonyId),
    purpose: PURPOSE,
    accountId: null,
    email: null,
    codeDigest: null,
    data: { ...begun.ceremony },
    createdAt,
    expiresAt: new Date(createdAt.getTime() + CODE_LIFETIME_MS),
  });
  return { ceremonyId, authorizationUrl: begun.authorizationUrl };
}

/** Who the provider says they are; the ceremony is over with the answer, and its id bound it to the browser. */
export async function provenIdentity(
  { identityProviders, reads: { challenges }, clock, logger }: UsersDeps,
  { ceremonyId, code, state }: OidcAnswer,
): Promise<ProvenIdentity> {
  const refused = identityRefused(['input', 'code']);
  if (!isChallengeId(ceremonyId)) throw refused;
  const now = clock();
  const key = { digest: challengeDigest(ceremonyId), purpose: PURPOSE };
  const ceremony = await challenges.findOpen(key, now);
  if (!ceremony || !(await challenges.use(ceremony.digest, now))) throw refused;
  const kept = ceremony.data as unknown as OidcCeremony;
  const identity = await identityProviders.complete(kept, { code, state }).catch((err) => {
    providerIsAway(logger, kept.provider, err);
    throw serviceUnavailable();
  });
  if (!identity) throw refused;
  return identity;
}

/** Whoever asks for it again and again writes no more than a line of it in ten seconds. */
const providerIsAway = (logger: Logger, provider: string, error: unknown): void =>
  warnCounted(logger, `the identity provider ${provider} does not answer`, failureFields(error));
