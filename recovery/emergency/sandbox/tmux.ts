/** The private tmux server in which a session runs, so that a person can watch it. One server, one session. */
import { execFile } from 'node:child_process';
import { EMERGENCY_TMUX } from '../../../contracts/paths.ts';
import type { Clock } from '../../../supervisor/ports/clock.ts';

/** tmux answers in milliseconds; a machine out of memory takes longer. */
const DEADLINE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** tmux could not be started, or refused. */
export class TmuxError extends Error {
  readonly code = 'TMUX';
}

export type Tmux = {
  /** Starts the script; the answer is the pid of the process that leads it. @throws TmuxError */
  start(script: string): Promise<number>;
  isOpen(): Promise<boolean>;
  /** Waits until the window has ended by itself, but no longer than this; none there is no error. */
  untilOver(clock: Clock, ms: number): Promise<void>;
  /** Ends the server and whatever it still holds; none there is no error. */
  end(): Promise<void>;
};

/** @param folder TMUX_TMPDIR: a server of ours alone, whatever other servers this user has */
export function tmuxIn(program: string, folder: string): Tmux {
  const run = (args: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const env = {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        TERM: 'xterm-256color',
        LANG: 'C.UTF-8',
        // A service's user may have none that runs anything.
        SHELL: '/bin/sh',
        TMUX_TMPDIR: folder,
      };
      const whole = ['-L', EMERGENCY_TMUX, '-f', '/dev/null', ...args];
      execFile(program, whole, { env, timeout: DEADLINE_MS }, (cause, output) => {
        if (cause) reject(new TmuxError(`tmux ${args[0]} failed: ${cause.message}`, { cause }));
        else resolve(output.trim());
      });
    });
  // Without a server there are none, and tmux says so by failing.
  const panes = () => run(['list-panes', '-a', '-F', '#{pane_pid}']).catch(() => '');
  return {
    async start(script) {
      const size = ['-x', '180', '-y', '50'];
      const ask = ['-P', '-F', '#{pane_pid}'];
      const pid = Number(
        await run(['new-session', '-d', '-s', EMERGENCY_TMUX, ...size, ...ask, `exec /bin/sh '${script}'`]),
      );
      if (!Number.isInteger(pid) || pid <= 1) throw new TmuxError('tmux told no process');
      return pid;
    },
    isOpen: async () => (await panes()) !== '',
    async untilOver(clock, ms) {
      const until = clock.now().mono + ms;
      while ((await panes()) !== '' && clock.now().mono < until)
        await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
    },
    async end() {
      const pids = await panes();
      // A closed window ends nothing by itself: the script does not heed it.
      for (const pid of pids.split('\n').map(Number)) if (pid > 1) killGroup(pid);
      await run(['kill-server']).catch(() => undefined); // the last window's end takes the server along
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in this very moment.
  }
}
