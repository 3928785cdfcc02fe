/** The supervisor runs. */
import type { SystemStatus } from '../../../../contracts/status.ts';
import { type Check, fine, trouble } from '../check.ts';

export const supervisorCheck: Check = {
  id: 'supervisor',
  title: (say) => say.supervisor.title,
  async look({ settings, say }, machine) {
    const status = (await machine.askJson(settings.pagePort, '/api/status')) as Partial<SystemStatus> | null;
    if (!status?.service) return trouble('warn', say.supervisor.down, say.supervisor.fix);
    return fine(say.supervisor.ok(status.service.state));
  },
};
