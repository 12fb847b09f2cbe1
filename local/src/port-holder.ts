import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { StartupError } from '@souk/embedded';

/** What of /proc/net/tcp says that a socket listens. */
const LISTENS = '0A';

/** The process that listens on a port of this machine, where the system tells (Linux); else null. */
export function portHolder(port: number): { pid: number; command: string } | null {
  try {
    const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(table, port)));
    const pid = readdirSync('/proc').find(
      (name) => /^\d+$/.test(name) && socketsOf(name).some((inode) => inodes.has(inode)),
    );
    if (!pid) return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid: Number(pid), command };
  } catch {
    return null;
  }
}

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync(`/proc/net/${table}`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === LISTENS)
    .map((columns) => columns[9] ?? '');
}

/** Of a process of somebody else, or one that is gone by now, there are none to see. */
function socketsOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return orNone(() => readdirSync(folder)).flatMap((fd) =>
    orNone(() => [/^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1] ?? '']),
  );
}

function orNone(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

/** Who has a port that is needed, how to free it, and what to do instead. */
export function portTaken(port: number, instead: string): StartupError {
  const holder = portHolder(port);
  const by = holder
    ? `by process ${holder.pid} (${holder.command.slice(0, 100)})`
    : `; lsof -i :${port} tells by whom`;
  return new StartupError(
    'PORT_TAKEN',
    `Port ${port} is taken ${by}; perhaps another Souk is running.`.replace(' ;', ';'),
    `${holder ? `kill ${holder.pid} frees it` : 'Stop it'}; or choose another port: ${instead}`,
  );
}
