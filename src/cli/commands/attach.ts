/** `nanoclaw attach`: shows the emergency session that runs, read-only: a person watches, and disturbs nothing. */
import { spawn, spawnSync } from 'node:child_process';
import { EXIT } from '../../../contracts/exit-codes.ts';
import { EMERGENCY_TMUX } from '../../../contracts/paths.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';

/** tmux answers in milliseconds. */
const DEADLINE_MS = 5000;

export async function attach({ paths, texts, environment }: Context): Promise<number> {
  // Inside another tmux it would refuse to show one in the other.
  const { TMUX: _outer, ...rest } = environment;
  const env = { ...rest, TMUX_TMPDIR: paths.emergencyRun };
  const server = ['-L', EMERGENCY_TMUX];
  const look = spawnSync('tmux', [...server, 'has-session', '-t', EMERGENCY_TMUX], {
    env,
    timeout: DEADLINE_MS,
  });
  if (look.error) throw new CliError(texts.session.noTmux, EXIT.unavailable, { cause: look.error });
  if (look.status !== 0) throw new CliError(texts.session.none, EXIT.unavailable);
  const shown = spawn('tmux', [...server, 'attach-session', '-r', '-t', EMERGENCY_TMUX], {
    env,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    shown.once('error', reject);
    shown.once('exit', (code) => resolve(code ?? EXIT.failure));
  });
}
