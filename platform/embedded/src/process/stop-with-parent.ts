import { spawn } from 'node:child_process';

/**
 * Waits at the end of a pipe that only this process holds open. When this process ends without
 * having said "done", however it ended, the server that wrote the pid file gets the signal.
 */
const WAIT_FOR_PARENT =
  'read -r word; [ "$word" = done ] && exit; ' +
  '[ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ] && kill -s "$3" "$1"';

/** Waits like `WAIT_FOR_PARENT`, and then asks all processes of a group to stop, and kills them when they have not. */
const WAIT_FOR_PARENT_OF_GROUP =
  'read -r word; [ "$word" = done ] && exit; ' +
  'kill -s TERM -- "-$1" && sleep 5; kill -s KILL -- "-$1"';

export interface StopWithParent {
  /** The server has been stopped, or shall outlive this process. */
  cancel(): void;
}

export interface ServerToStop {
  readonly pid: number;
  /** Written by the server; its first line is the pid, as long as that server runs. */
  readonly pidFile: string;
  readonly signal: 'INT' | 'TERM';
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Makes sure that a server started by this process does not survive it, even when this process is
 * killed with a signal that cannot be handled.
 */
export function stopWithParent({ pid, pidFile, signal, uid, gid }: ServerToStop): StopWithParent {
  return watch([WAIT_FOR_PARENT, 'stop-with-parent', String(pid), pidFile, signal], { uid, gid });
}

/** Makes sure that a process started detached, and all it started, do not survive this process. */
export const stopGroupWithParent = (pid: number): StopWithParent =>
  watch([WAIT_FOR_PARENT_OF_GROUP, 'stop-with-parent', String(pid)], {});

function watch(
  script: readonly string[],
  account: Pick<ServerToStop, 'uid' | 'gid'>,
): StopWithParent {
  const args = ['-c', ...script];
  // Detached: a Ctrl-C in the terminal must not end the watcher before the one it watches.
  const watcher = spawn('/bin/sh', args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    ...account,
  });
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void }).unref?.();
  return { cancel: () => void watcher.stdin.end('done\n') };
}
