import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Bundles the processes of workspaces, each as its `build` script says: those that run in production, which
 * start with a tenth of the work that reading two thousand sources takes.
 */
export async function buildProcesses(workspaces: readonly string[]): Promise<void> {
  await run(process.execPath, ['deploy/build-workspaces.mjs', ...workspaces], { cwd: ROOT });
}
