import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPackages } from '@souk/testkit';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Clone extends Disposable {
  readonly root: string;
  /** What `npm install` does for a new workspace: its packages are those of the others. */
  linkWorkspace(folder: string, name: string): void;
}

/**
 * This repository as it is now, also what is not committed, in a folder of its own. Packages are those
 * installed here; those of this repository are the clone's.
 */
export function cloneRepository(): Clone {
  const root = mkdtempSync(join(tmpdir(), 'souk clone '));
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const path of listed.split('\0').filter((it) => it && existsSync(join(ROOT, it)))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(join(ROOT, path), join(root, path));
  }
  // What is generated from schemas, so that only the new one's has to be.
  for (const name of readdirSync(join(ROOT, 'subgraphs'))) {
    const generated = join('subgraphs', name, 'src', '__generated__');
    if (!existsSync(join(ROOT, generated))) continue;
    cpSync(join(ROOT, generated), join(root, generated), { recursive: true });
  }
  for (const workspace of ['.', ...workspaces()]) {
    linkPackages(join(ROOT, workspace, 'node_modules'), join(root, workspace, 'node_modules'));
  }
  for (const workspace of workspaces()) linkOurs(root, workspace, workspaceName(workspace));
  return {
    root,
    linkWorkspace: (folder, name) => linkOurs(root, folder, name),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

const workspaces = (): string[] => [
  ...['platform', 'subgraphs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((name) => join(folder, name)),
  ),
  'gateway',
  'local',
  'e2e',
];

const workspaceName = (folder: string) => folder.split(/[\\/]/).at(-1) as string;

function linkOurs(root: string, folder: string, name: string): void {
  mkdirSync(join(root, 'node_modules', '@souk'), { recursive: true });
  symlinkSync(join(root, folder), join(root, 'node_modules', '@souk', name), 'junction');
}
