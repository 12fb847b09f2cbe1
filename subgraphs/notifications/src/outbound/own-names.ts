/** What networks keep to themselves: RFC 6761, 6762 and 8375, and ICANN's `internal`. */
const KEPT = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/** Whether a name is known to lead nowhere in the open net: nobody is asked for it. */
export function isOwnName(name: string): boolean {
  const host = name.toLowerCase().replace(/\.$/, '');
  // A name of one part is somebody's neighbour; no top-level domain answers for itself.
  return KEPT.test(host) || !host.includes('.');
}
