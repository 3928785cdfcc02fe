/** Bubblewrap can make a sandbox; it is the only one where there is no Docker engine. */
import { type Check, fine, type Severity, trouble } from '../check.ts';
import { askEngine } from './docker.ts';

/** The namespaces an agent's sandbox needs. */
export const BUBBLEWRAP_TRIAL = ['--ro-bind', '/', '/', '--unshare-all', '--die-with-parent', 'true'];

export const bubblewrapCheck: Check = {
  id: 'bubblewrap',
  title: (say) => say.bubblewrap.title,
  async look({ say }, machine) {
    const result = await machine.run('bwrap', BUBBLEWRAP_TRIAL);
    if (result.kind === 'ran' && result.code === 0) return fine(say.bubblewrap.ok);
    const hasDocker = (await askEngine(machine)).state === 'answers';
    const severity: Severity = hasDocker ? 'info' : 'error';
    if (result.kind === 'missing')
      return trouble(severity, say.bubblewrap.missing, say.bubblewrap.missingFix);
    const reason = result.kind === 'ran' ? (result.output.split('\n')[0] ?? '') : '…';
    return trouble(severity, say.bubblewrap.blocked(reason), say.bubblewrap.blockedFix);
  },
};
