import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** In a folder of packages without being one that a copy may share: what a checkout makes for itself, and its own workspaces. */
const ITS_OWN: ReadonlySet<string> = new Set(['.cache', '.vite', '@souk']);

/** Has a copy of a checkout use the packages that are installed in a folder of it; workspaces are linked by whoever copies. */
export function linkPackages(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(join(to, '@souk'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (!ITS_OWN.has(name)) symlinkSync(join(from, name), join(to, name), 'junction');
  }
}
