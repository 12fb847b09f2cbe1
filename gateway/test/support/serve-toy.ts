import {
  createIdentitySigner,
  createIdentityVerifier,
  type SignIdentity,
} from '@souk/runtime/identity';
import { type ServedSubgraph, type Subgraph, serveSubgraph } from '@souk/runtime/subgraph';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

let keys: Promise<{ privateKey: JWK; publicKey: JWK }> | null = null;

/** The key pair of the gateway under test, for all subgraphs of the file. */
const identityKeys = () => {
  keys ??= (async () => {
    const pair = await generateKeyPair('EdDSA', { extractable: true });
    const named = async (key: typeof pair.privateKey) => ({
      ...(await exportJWK(key)),
      kid: 'gateway-1',
    });
    return { privateKey: await named(pair.privateKey), publicKey: await named(pair.publicKey) };
  })();
  return keys;
};

/** With which a gateway under test signs that is a process of its own. */
export const testIdentityKey = async (): Promise<JWK> => (await identityKeys()).privateKey;

export const testSigner = async (): Promise<SignIdentity> =>
  createIdentitySigner(await testIdentityKey());

export interface ServedToy extends ServedSubgraph {
  /** Tokens of mutations that its other processes had to be asked about. */
  readonly shared: ReadonlySet<string>;
}

/** Serves a subgraph as its own process would, and believes only the gateway under test. */
export async function serveToy(
  subgraph: Subgraph,
  port = 0,
  onRequest: () => void = () => {},
): Promise<ServedToy> {
  const { publicKey } = await identityKeys();
  const used = new Set<string>();
  const verify = createIdentityVerifier({ keys: [publicKey] }, subgraph.name);
  const served = await serveSubgraph(subgraph, {
    port,
    verify: (token) => {
      onRequest();
      return verify(token);
    },
    cache: {
      claimOnce: async (key) => {
        if (used.has(key)) return false;
        used.add(key);
        return true;
      },
    },
    probes: { ready: async () => {}, draining: () => false },
  });
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= served.close();
    return closing;
  };
  return { url: served.url, close, shared: used };
}
