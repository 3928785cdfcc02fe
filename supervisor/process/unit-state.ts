/** What systemd says of a unit, read with `systemctl show`, which any user may. */
import { execFile } from 'node:child_process';
import { constants } from 'node:os';

export type UnitState = {
  /** `active`, `inactive`, `activating`, … */
  active: string;
  /** `auto-restart` = dead, and systemd starts it by itself after RestartSec. */
  sub: string;
  /** Process that runs now; null when there is none. */
  pid: number | null;
  /** Whether a start or stop of it is queued or under way. */
  busy: boolean;
  /** The last main process that ended, and how; null while none has. */
  ended: { pid: number; code: number | null; signal: string | null } | null;
};

const PROPERTIES = [
  'ActiveState',
  'SubState',
  'MainPID',
  'Job',
  'ExecMainPID',
  'ExecMainCode',
  'ExecMainStatus',
];

/** systemd answers in 10 ms; one that does not is under a load in which waiting helps nobody. */
const DEADLINE_MS = 3000;

/** @throws when systemd does not answer in time */
export function lookAtUnit(unit: string): Promise<UnitState> {
  return new Promise((resolve, reject) => {
    const args = ['show', `--property=${PROPERTIES.join(',')}`, unit];
    execFile('systemctl', args, { timeout: DEADLINE_MS, killSignal: 'SIGKILL' }, (error, stdout) => {
      if (error) reject(error);
      else resolve(parseUnit(stdout));
    });
  });
}

/** @param text lines `Name=value` */
export function parseUnit(text: string): UnitState {
  const values = new Map(text.split('\n').map((line) => split(line)));
  const number = (name: string) => Number(values.get(name) ?? 0);
  return {
    active: values.get('ActiveState') ?? '',
    sub: values.get('SubState') ?? '',
    pid: number('MainPID') || null,
    busy: number('Job') !== 0, // without a job the line is missing
    ended: endOf(number('ExecMainPID'), number('ExecMainCode'), number('ExecMainStatus')),
  };
}

function split(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

/** `si_code` of SIGCHLD, waitid(2). */
const CLD_EXITED = 1;

function endOf(pid: number, how: number, status: number): UnitState['ended'] {
  if (pid === 0 || how === 0) return null; // never started, or still running
  if (how === CLD_EXITED) return { pid, code: status, signal: null };
  return { pid, code: null, signal: signalName(status) };
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}
