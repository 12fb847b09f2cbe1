import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts processor time in, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Usage {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that have ended. */
  readonly childrenTicks: number;
}

/** Seconds of the processor that this process took so far, with the processes that it started and that ended. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  // Elsewhere nobody counts those of children, and they are not worth more.
  const ofChildren = process.platform === 'linux' ? (usageOf('self')?.childrenTicks ?? 0) : 0;
  return (user + system) / 1e6 + ofChildren / TICKS_PER_SECOND;
}

/** The same of servers by this name that this process started and that run: PostgreSQL with a process for each connection. */
export function cpuSecondsOfServers(name: string): number {
  if (process.platform !== 'linux') return 0;
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => usageOf(entry) ?? []);
  const servers = all.filter((each) => each.name === name && each.parent === process.pid);
  const ofServers = new Set(servers.map(({ pid }) => pid));
  const connections = all.filter(({ parent }) => ofServers.has(parent));
  const ticks = [...servers, ...connections].reduce(
    (sum, { ownTicks, childrenTicks }) => sum + ownTicks + childrenTicks,
    0,
  );
  return ticks / TICKS_PER_SECOND;
}

/** Null for a process that has ended meanwhile. */
function usageOf(pid: string): Usage | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name may hold anything, blanks and brackets too.
  const [from, to] = [stat.indexOf('('), stat.lastIndexOf(')')];
  const fields = stat
    .slice(to + 2)
    .split(' ')
    .map(Number);
  const [user, system, ofChildren, systemOfChildren] = fields.slice(11, 15) as [
    number,
    number,
    number,
    number,
  ];
  return {
    pid: Number.parseInt(stat, 10),
    name: stat.slice(from + 1, to),
    parent: fields[1] as number,
    ownTicks: user + system,
    childrenTicks: ofChildren + systemOfChildren,
  };
}
