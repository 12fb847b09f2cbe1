/** Names that networks use internally: RFC 6761, 6762 and 8375, and ICANN's `internal`. */
const KEPT = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/** Whether a name is known not to exist in the public internet, so that it is not looked up. */
export function isOwnName(name: string): boolean {
  const host = name.toLowerCase().replace(/\.$/, '');
  // A name without a dot is local; no top-level domain answers for itself.
  return KEPT.test(host) || !host.includes('.');
}
