/** The orchestrator runs and says that it is ready. */
import { readinessSchema } from '../../../../contracts/health.ts';
import { type Check, fine, trouble } from '../check.ts';

export const orchestratorCheck: Check = {
  id: 'orchestrator',
  title: (say) => say.orchestrator.title,
  async look({ settings, say }, machine) {
    const parsed = readinessSchema.safeParse(await machine.askJson(settings.opsPort, '/readyz'));
    if (!parsed.success) return trouble('warn', say.orchestrator.down, say.supervisor.fix);
    if (parsed.data.status === 'ok') return fine(say.orchestrator.ok);
    const bad = parsed.data.components.filter((c) => c.required && c.state !== 'ok' && c.state !== 'off');
    const why = bad.map(({ name, reason }) => `${name} (${reason})`).join('; ') || parsed.data.phase;
    return trouble('error', say.orchestrator.notReady(why), say.orchestrator.fix);
  },
};
