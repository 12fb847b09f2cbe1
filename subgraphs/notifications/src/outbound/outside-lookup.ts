import { promises } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isOwnName } from './own-names.ts';
import { isPrivateAddress } from './private-addresses.ts';

/** The address leads into our own net, or is none to send to. */
export class NotOutside extends Error {}

/** How long one try of a name may take; a request has its own time besides. */
const TRY_MS = 2_000;
const TRIES = 2;

type Resolver = Pick<promises.Resolver, 'resolve4' | 'resolve6'>;

/**
 * Looks names up that strangers gave us: whoever runs their name server decides when it answers. It is asked by
 * queries of our own, as those of the system (`getaddrinfo`) each hold one of the few threads that all of the process
 * shares, for as long as it likes.
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

/** What a name leads to; none of it into our own net. */
async function addressesOf(resolver: Resolver, hostname: string) {
  if (isOwnName(hostname)) throw new NotOutside('This name is not of the open net.');
  const [four, six] = await Promise.allSettled([
    resolver.resolve4(hostname),
    resolver.resolve6(hostname),
  ]);
  const found = (answer: PromiseSettledResult<string[]>, family: 4 | 6) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
  const addresses = [...found(four, 4), ...found(six, 6)];
  if (addresses.length === 0) {
    throw four.status === 'rejected' ? four.reason : new NotOutside('This name leads nowhere.');
  }
  if (addresses.some(({ address }) => isPrivateAddress(address))) {
    throw new NotOutside('This name is not of the open net.');
  }
  return addresses;
}
