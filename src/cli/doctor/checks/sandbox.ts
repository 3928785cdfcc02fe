/** How well agents are kept in their place here: which row of docs/security.md this machine is in. */
import { readEngineInfo, rowOfEngine, type SandboxRow } from '../../../../contracts/sandbox-row.ts';
import { type Check, fine, type Machine, trouble } from '../check.ts';
import { BUBBLEWRAP_TRIAL } from './bubblewrap.ts';

type Found = { row: SandboxRow; lacks: readonly string[] };

export const sandboxCheck: Check = {
  id: 'sandbox',
  title: (say) => say.sandbox.title,
  async look({ say }, machine) {
    const { row, lacks } = await findRow(machine);
    const message = say.sandbox.row(row, say.sandbox.rows[row], lacks.join(', '));
    switch (row) {
      case 'docker':
        return fine(message);
      case 'docker-rootless':
        return lacks.length === 0 ? fine(message) : trouble('info', message, say.sandbox.rootlessFix);
      case 'docker-limited':
      case 'bubblewrap':
      case 'bubblewrap-root':
        return trouble('info', message, say.sandbox.fix);
      case 'none':
        return trouble('error', message, say.sandbox.fix);
    }
  },
};

async function findRow(machine: Machine): Promise<Found> {
  const engine = await machine.run('docker', ['info', '--format', '{{json .}}']);
  const facts = engine.kind === 'ran' && engine.code === 0 ? readEngineInfo(parse(engine.output)) : null;
  if (facts) return { row: rowOfEngine(facts), lacks: facts.lacks };
  const trial = await machine.run('bwrap', BUBBLEWRAP_TRIAL);
  if (trial.kind !== 'ran' || trial.code !== 0) return { row: 'none', lacks: [] };
  const user = await machine.run('id', ['-u']);
  const isRoot = user.kind === 'ran' && user.output === '0';
  return { row: isRoot ? 'bubblewrap-root' : 'bubblewrap', lacks: [] };
}

/** The client writes its warnings after the answer. */
function parse(output: string): unknown {
  try {
    return JSON.parse(output.split('\n')[0] ?? '');
  } catch {
    return null; // no answer of an engine: the check of the engine says so
  }
}
