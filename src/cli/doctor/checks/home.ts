/** The home folder can be written, and the sockets below it fit into the system's limit. */
import { homePaths, SOCKET_PATH_LIMIT } from '../../../../contracts/paths.ts';
import { type Check, fine, trouble } from '../check.ts';

/** Longest agent id; its folder holds the deepest sockets. */
const AGENT_ID_LENGTH = 12;

export const homeCheck: Check = {
  id: 'home',
  title: (say) => say.home.title,
  async look({ paths, say }, machine) {
    const { home } = paths;
    const excess = socketExcess(home);
    if (excess > 0) return trouble('error', say.home.long(excess), say.home.longFix, home);
    if ((await machine.modeOf(home)) === null) {
      return trouble('error', say.home.missing, say.home.missingFix(home), home);
    }
    if (!(await machine.isWritable(home))) {
      return trouble('error', say.home.readOnly, say.home.readOnlyFix(home), home);
    }
    return fine(say.home.ok, home);
  },
};

function socketExcess(home: string): number {
  const deepest = `${homePaths(home).agentRun('x'.repeat(AGENT_ID_LENGTH))}/broker.sock`;
  return Buffer.byteLength(deepest) - SOCKET_PATH_LIMIT;
}
