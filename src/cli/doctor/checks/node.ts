/** Node.js is new enough for the built programs. */
import { type Check, fine, trouble } from '../check.ts';

/** `engines` in package.json. */
const NEEDED = [20, 20] as const;

export const nodeCheck: Check = {
  id: 'node',
  title: (say) => say.node.title,
  async look({ say }, { nodeVersion }) {
    const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
    const isNew = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
    if (isNew) return fine(say.node.ok(nodeVersion));
    return trouble('error', say.node.old(nodeVersion, NEEDED.join('.')), say.node.fix);
  },
};
