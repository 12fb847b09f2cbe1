import { join } from 'node:path';

/** A socket's path may take so many bytes on every system; macOS has the fewest. */
const MOST_BYTES = 103;

/**
 * Where a server for tests listens beside its port: in its cluster's folder, which nobody but the account may
 * enter, so that whoever can open the file is let in. A statement over it costs both sides less than one by TCP.
 *
 * @returns null where the path is too long for a socket, or none of Unix
 */
export function socketFolder(cluster: string, port: number): string | null {
  const isPossible =
    cluster.startsWith('/') && Buffer.byteLength(join(cluster, `.s.PGSQL.${port}`)) <= MOST_BYTES;
  return isPossible ? cluster : null;
}
