import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Keys as an installation has them, made as its guide says; by the names of their variables. Where its databases are is
 * another matter here.
 */
export function freshSecrets(): Record<string, string> {
  const text = execFileSync(process.execPath, ['deploy/keys.mjs'], { cwd: ROOT, encoding: 'utf8' });
  const all = Object.entries(parseEnv(text) as Record<string, string>);
  return Object.fromEntries(all.filter(([name]) => !/_(URL|PASSWORD)$/.test(name)));
}

/** The key that signs access tokens, and the set that publishes its open half; JSON both. */
export function accessTokenKeys(secrets: Record<string, string>): { key: string; keySet: string } {
  const [key] = JSON.parse(secrets.ACCESS_TOKEN_PRIVATE_KEYS ?? '[]');
  const { d: _, ...open } = key;
  return { key: JSON.stringify(key), keySet: JSON.stringify({ keys: [open] }) };
}
