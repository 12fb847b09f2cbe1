export interface ServerSettings {
  readonly port: number;
  /** False only for tests: acknowledged changes may then be lost with the machine. */
  readonly durable: boolean;
  /** Where to listen beside the port; null for nowhere: a socket's path may be at most 107 bytes long, and a data folder's need not be. */
  readonly socketFolder: string | null;
}

/** Enough for six subgraphs and their workers in one server, each with a pool of its own. */
const MAX_CONNECTIONS = 300;
/** Several tests at once each have so many. */
const MAX_CONNECTIONS_OF_TESTS = 1_000;

/** What is lost with the machine is made again by the next test, and what nobody reads twice is not tidied up. */
const FOR_TESTS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
};

export function serverSettings({ port, durable, socketFolder }: ServerSettings): string[] {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketFolder ?? '',
    max_connections: durable ? MAX_CONNECTIONS : MAX_CONNECTIONS_OF_TESTS,
    shared_buffers: '128MB',
    timezone: 'UTC',
    // One server without replicas needs neither.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '512MB',
    // Our queries are short; compiling them costs more than running them.
    jit: 'off',
    // A rejected statement is the caller's to report; "log" ranks above "error" here.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    ...(durable ? {} : FOR_TESTS),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
