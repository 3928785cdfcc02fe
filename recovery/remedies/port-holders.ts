/** Who listens on a TCP port, read from /proc: `net/tcp` tells the socket, `<pid>/fd` who holds it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export type PortHolder = {
  pid: number;
  /** Start time in clock ticks since boot: tells it from a later process with the same pid. */
  birth: string;
  /** Name as `ps` shows it; never the arguments, which may hold secrets. */
  program: string;
};

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';

/** Processes that listen on a port; null when somebody does whom we can't see: another user's, or in a container. */
export function holdersOf(port: number): PortHolder[] | null {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((name) => listeners(readText(`/proc/net/${name}`), port)));
  if (inodes.size === 0) return [];
  const wanted = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  const pids = entries('/proc').filter((name) => /^\d+$/.test(name));
  const holders = pids.filter((pid) => holdsOneOf(pid, wanted));
  return holders.length === 0 ? null : holders.flatMap((pid) => describe(Number(pid)) ?? []);
}

/** Whether it still runs; a zombie holds no port any more. */
export function isSameProcess({ pid, birth }: PortHolder): boolean {
  return describe(pid)?.birth === birth;
}

/**
 * Inodes of the sockets that listen on a port.
 * @param table text of /proc/net/tcp: `sl local:port remote:port state tx:rx tr:when retrnsmt uid timeout inode …`
 */
export function listeners(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === LISTEN)
    .flatMap((fields) => fields[9] ?? []);
}

function holdsOneOf(pid: string, wanted: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  return entries(folder).some((fd) => {
    try {
      return wanted.has(readlinkSync(`${folder}/${fd}`));
    } catch {
      return false; // closed meanwhile
    }
  });
}

/** Null when it is gone. */
function describe(pid: number): PortHolder | null {
  const stat = readText(`/proc/${pid}/stat`);
  // The name stands in brackets and may itself hold blanks and brackets.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const [state] = fields;
  const birth = fields[19];
  if (birth === undefined || state === 'Z' || state === 'X') return null;
  return { pid, birth, program: stat.slice(stat.indexOf('(') + 1, end) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // gone, or a system without it: then nothing can be seen
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // gone meanwhile, or another user's
  }
}
