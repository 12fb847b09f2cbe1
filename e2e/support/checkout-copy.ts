import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Files of a checkout that are not part of the project. */
const NOT_COPIED = new Set(['node_modules', '.git', '.data', '.turbo', 'dist', 'coverage']);

/**
 * A checkout of its own in which a test may edit: the files as they are here, and the same packages,
 * except that the workspaces are those of the copy.
 */
export function copyCheckout(folder: string): void {
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (file) => file === ROOT || !NOT_COPIED.has(basename(file)),
  });
  linkPackages('.', folder);
  for (const workspace of workspacesIn(folder)) {
    const { name } = JSON.parse(readFileSync(join(folder, workspace, 'package.json'), 'utf8'));
    symlinkSync(join(folder, workspace), join(folder, 'node_modules', name));
    linkPackages(workspace, folder);
  }
}

function workspacesIn(folder: string): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return (workspaces as string[]).flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return readdirSync(join(folder, parent))
      .map((name) => join(parent, name))
      .filter((workspace) => existsSync(join(folder, workspace, 'package.json')));
  });
}

function linkPackages(workspace: string, folder: string): void {
  const from = join(ROOT, workspace, 'node_modules');
  if (!existsSync(from)) return;
  const to = join(folder, workspace, 'node_modules');
  mkdirSync(join(to, '@souk'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@souk') symlinkSync(join(from, name), join(to, name));
  }
}
