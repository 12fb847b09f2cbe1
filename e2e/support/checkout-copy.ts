import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPackages } from '@souk/testkit';

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
  linkPackagesOf('.', folder);
  for (const workspace of workspacesIn(folder)) {
    const { name } = JSON.parse(readFileSync(join(folder, workspace, 'package.json'), 'utf8'));
    symlinkSync(join(folder, workspace), join(folder, 'node_modules', name));
    linkPackagesOf(workspace, folder);
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

const linkPackagesOf = (workspace: string, folder: string): void =>
  linkPackages(join(ROOT, workspace, 'node_modules'), join(folder, workspace, 'node_modules'));
