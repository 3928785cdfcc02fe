/** Who answers: light questions need copilot-api, which may be left out. */
import { type Check, fine, trouble } from '../check.ts';

export const routerCheck: Check = {
  id: 'router',
  title: (say) => say.router.title,
  async look({ settings: { values }, say }, machine) {
    if (values.ROUTER_MODE === 'claude-only') return fine(say.router.off);
    const address = values.COPILOT_API_URL;
    if (!address) return fine(say.router.none);
    if (!URL.canParse(address)) return trouble('error', say.router.bad, say.router.badFix);
    const { hostname, port } = new URL(address);
    const isHere = ['127.0.0.1', 'localhost'].includes(hostname);
    if (isHere && !(await machine.isListening(Number(port || 80))))
      return trouble('warn', say.router.down(address), say.router.downFix);
    return fine(say.router.on(address));
  },
};
