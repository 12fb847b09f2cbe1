import { promises } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isOwnName } from './own-names.ts';
import { isPrivateAddress } from './private-addresses.ts';

/** The address is in our own network, or is not a usable one. */
export class NotOutside extends Error {}

/** How long one try of a name may take; a request has its own time besides. */
const TRY_MS = 2_000;
const TRIES = 2;

type Resolver = Pick<promises.Resolver, 'resolve4' | 'resolve6'>;

/**
 * Resolves host names that strangers gave us: the owner of their name server decides when it answers. Queries
 * are sent by our own resolver, since each one through the system (`getaddrinfo`) would hold one of the few
 * threads of the process for as long as the server likes.
 */
export const createOutsideLookup =
  (resolver: Resolver = new promises.Resolver({ timeout: TRY_MS, tries: TRIES })): LookupFunction =>
  (hostname, options, done) => {
    addressesOf(resolver, hostname).then(
      (addresses) => {
        if (options.all) return done(null, addresses);
        const [first] = addresses;
        return done(null, first?.address ?? '', first?.family);
      },
      (error) => done(error, []),
    );
  };

/** The addresses of a name; none of them in our own network. */
async function addressesOf(resolver: Resolver, hostname: string) {
  if (isOwnName(hostname)) throw new NotOutside('This name is not on the public internet.');
  const [four, six] = await Promise.allSettled([
    resolver.resolve4(hostname),
    resolver.resolve6(hostname),
  ]);
  const found = (answer: PromiseSettledResult<string[]>, family: 4 | 6) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
  const addresses = [...found(four, 4), ...found(six, 6)];
  if (addresses.length === 0) {
    throw four.status === 'rejected'
      ? four.reason
      : new NotOutside('This name cannot be resolved.');
  }
  if (addresses.some(({ address }) => isPrivateAddress(address))) {
    throw new NotOutside('This name is not on the public internet.');
  }
  return addresses;
}
