/** Who has a file open, read from /proc; so that a person can be told whom to ask. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** Such as `pid 4711 (sqlite3)`; processes of other users can only be seen by root. */
export function openersOf(path: string): string[] {
  const wanted = realpathSync(path);
  return list('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) =>
      list(`/proc/${pid}/fd`).some((fd) => read(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === wanted),
    )
    .map((pid) => `pid ${pid} (${read(() => readFileSync(`/proc/${pid}/comm`, 'utf8')).trim()})`);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // gone meanwhile, or another user's
  }
}

function read(get: () => string): string {
  try {
    return get();
  } catch {
    return ''; // closed or gone meanwhile
  }
}
