/** Both ports are free, or it is us who has them. */
import { type Check, fine, type Machine, trouble } from '../check.ts';

export const portsCheck: Check = {
  id: 'ports',
  title: (say) => say.ports.title,
  async look({ settings, say }, machine) {
    const ports = [
      { port: settings.opsPort, name: 'NANOCLAW_PORT', path: '/livez' },
      { port: settings.pagePort, name: 'NANOCLAW_PAGE_PORT', path: '/api/status' },
    ];
    for (const { port, name, path } of ports) {
      if (await isForeign(machine, port, path)) {
        return trouble('error', say.ports.taken(port, name), say.ports.fix(name));
      }
    }
    return fine(say.ports.ok(ports.map(({ port }) => port).join(', ')));
  },
};

async function isForeign(machine: Machine, port: number, path: string): Promise<boolean> {
  if (!(await machine.isListening(port))) return false;
  const answer = await machine.askJson(port, path);
  return typeof answer !== 'object' || answer === null || !('startId' in answer || 'supervisor' in answer);
}
