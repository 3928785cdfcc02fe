/** There is room for the database, logs and container layers. */
import { formatBytes } from '../../format.ts';
import { type Check, fine, trouble } from '../check.ts';

/** Below it an image can't be built; below the second, the database may stop taking messages within a day. */
const WARN_BYTES = 5 * 2 ** 30;
const ERROR_BYTES = 512 * 2 ** 20;

export const diskCheck: Check = {
  id: 'disk',
  title: (say) => say.disk.title,
  async look({ paths, say }, machine) {
    const free = await machine.freeBytes(paths.home);
    if (free === null || free >= WARN_BYTES)
      return fine(say.disk.ok(free === null ? '?' : formatBytes(free)));
    return trouble(
      free < ERROR_BYTES ? 'error' : 'warn',
      say.disk.low(formatBytes(free)),
      say.disk.fix,
      paths.home,
    );
  },
};
