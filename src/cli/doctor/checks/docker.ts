/** The Docker client is there and its engine answers; without them agents run under bubblewrap. */
import { type Check, fine, type Machine, trouble } from '../check.ts';

export const dockerCheck: Check = {
  id: 'docker',
  title: (say) => say.docker.title,
  async look({ say }, machine) {
    const engine = await askEngine(machine);
    switch (engine.state) {
      case 'answers':
        return fine(say.docker.ok(engine.version));
      case 'no_client':
        return trouble('warn', say.docker.noClient, say.docker.noClientFix);
      case 'no_engine':
        return trouble('warn', say.docker.noEngine, say.docker.noEngineFix);
    }
  },
};

type Engine = { state: 'answers'; version: string } | { state: 'no_client' } | { state: 'no_engine' };

export async function askEngine(machine: Machine): Promise<Engine> {
  const result = await machine.run('docker', ['version', '--format', '{{.Server.Version}}']);
  if (result.kind === 'missing') return { state: 'no_client' };
  if (result.kind === 'ran' && result.code === 0) return { state: 'answers', version: result.output };
  return { state: 'no_engine' };
}
