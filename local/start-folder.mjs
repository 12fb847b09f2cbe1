// Where the bundles of this installation are. No imports but Node's: launch.mjs asks before anything else is known.
import { createHash } from 'node:crypto';
import { accessSync, constants, lstatSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** On Windows, where each account has temporary files of its own. */
const NO_ID = -1;

/**
 * A folder in which packages of an installation are found: below its own, or, where that cannot be written to, as where root has
 * installed what others start, below the system's temporary files.
 */
export function startFolder(installation) {
  const root = resolve(installation);
  const own = join(root, 'node_modules/.cache/souk-start');
  if (isWritable(own)) return own;
  const uid = process.getuid?.() ?? NO_ID;
  const shared = join(tmpdir(), `souk-start-${uid}`);
  // What is in it is run, so nobody else may have made it.
  const mine = isOnlyOf(uid, shared) ? shared : mkdtempSync(`${shared}-`);
  const folder = join(mine, createHash('sha256').update(root).digest('hex').slice(0, 16));
  mkdirSync(folder, { recursive: true });
  link(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Made where it is not there. */
function isOnlyOf(uid, folder) {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const found = lstatSync(folder);
  return (
    found.isDirectory() && (uid === NO_ID || (found.uid === uid && (found.mode & 0o077) === 0))
  );
}

function link(target, path) {
  try {
    symlinkSync(target, path, 'junction');
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}
