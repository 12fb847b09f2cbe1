import { isIP } from 'node:net';

/**
 * The key under which a client's address is counted. A client with an IPv6 address has at least the 2^64
 * addresses of its network, so the network is counted. A port that a proxy adds, or IPv4 written as IPv6,
 * would be other ways to be counted separately, and are removed.
 */
export function addressKey(address: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? address.replace(V4_PORT, '$1');
  const embedded = V4_IN_V6.exec(bare)?.[1];
  if (embedded) return embedded;
  return isIP(bare) === 6 ? networkOf(bare) : bare.slice(0, LONGEST);
}

const V4_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/;
const V4_IN_V6 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
/** Longer than any address: text that a misconfigured proxy wrote. */
const LONGEST = 64;

/** The first 64 bits in a canonical form. */
function networkOf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  // An IPv4 address at the end stands for two groups.
  const groups = left.length + right.length + (address.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups)).fill('0');
  const network = [...left, ...zeros, ...right].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** Whether the client runs on this very machine. */
export const isOwnMachine = (address: string): boolean =>
  address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');
