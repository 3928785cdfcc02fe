import { afterEach, describe, expect, it } from 'vitest';
import { settle } from '../../tests/fakes/settle.ts';
import { StartError, StoppedOutsideError } from '../ports/process-owner.ts';
import { birthOf } from './birth.ts';
import { SystemdOwner } from './systemd-owner.ts';
import { parseUnit, type UnitState } from './unit-state.ts';

/** A process that surely lives, and a pid that no process has. */
const ALIVE = process.pid;
const NOBODY = 2 ** 22 + 1;

const RUNNING: UnitState = { active: 'active', sub: 'running', pid: ALIVE, busy: false, ended: null };
const STOPPED: UnitState = { active: 'inactive', sub: 'dead', pid: null, busy: false, ended: null };
const CRASHED: UnitState = { ...STOPPED, active: 'activating', sub: 'auto-restart' };

let owner: SystemdOwner;

/** An owner whose systemd shows `unit` and whose helper answers `answer`. */
function ownerOf(unit: UnitState, answer: string | Error = `${ALIVE}`) {
  const asked: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  owner = new SystemdOwner({
    look: async () => unit,
    ask: async (request) => {
      asked.push(request);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    report: () => undefined,
    log,
  });
  return asked;
}

describe('a start', () => {
  afterEach(() => owner.close());

  it.each([
    [
      'restarts a unit that waits for its automatic restart, which a start could not',
      CRASHED,
      'restart nanoclaw',
    ],
    ['restarts a failed unit', { ...STOPPED, active: 'failed' }, 'restart nanoclaw'],
    ['joins a start that is queued already, as at boot', { ...STOPPED, busy: true }, 'start nanoclaw'],
    ['starts anew what systemd shows with a dead pid', { ...RUNNING, pid: NOBODY }, 'restart nanoclaw'],
  ])('%s', async (_title, unit, request) => {
    const asked = ownerOf(unit);
    expect(await owner.start()).toEqual({ pid: ALIVE, birth: birthOf(ALIVE) });
    expect(asked).toEqual([request]);
  });

  it('adopts what systemd has started meanwhile, and asks for nothing', async () => {
    const asked = ownerOf(RUNNING);
    expect(await owner.start()).toEqual({ pid: ALIVE, birth: birthOf(ALIVE) });
    expect(asked).toEqual([]);
  });

  it('does not start what a person has stopped', async () => {
    const asked = ownerOf(STOPPED);
    await expect(owner.start()).rejects.toThrow(StoppedOutsideError);
    expect(asked).toEqual([]);
  });

  it('starts what it had stopped itself', async () => {
    const asked = ownerOf(STOPPED);
    owner.hold();
    await owner.start();
    expect(asked).toEqual(['restart nanoclaw']);
  });

  it('forgets its hold once there is a process again', async () => {
    ownerOf(STOPPED);
    owner.hold();
    owner.watch({ pid: ALIVE, birth: null });
    await expect(owner.start()).rejects.toThrow(StoppedOutsideError);
  });

  it.each([
    ['the helper refuses', new Error('the helper was asked to restart nanoclaw: failed: no')],
    ['the program ended before anybody saw it', '0'],
  ])('fails in words when %s', async (_title, answer) => {
    ownerOf(CRASHED, answer);
    await expect(owner.start()).rejects.toThrow(StartError);
  });
});

describe('a hold', () => {
  afterEach(() => owner.close());

  it.each([
    ['stops a unit that systemd would restart', CRASHED, ['stop nanoclaw']],
    ['leaves alone what is stopped', STOPPED, []],
    ['leaves alone what a person is starting', { ...STOPPED, active: 'activating', sub: 'start' }, []],
  ])('%s', async (_title, unit, requests) => {
    const asked = ownerOf(unit);
    owner.hold();
    await settle();
    expect(asked).toEqual(requests);
  });

  it('is carried out before a start that was asked for after it', async () => {
    const asked = ownerOf(CRASHED);
    owner.hold();
    await owner.start();
    expect(asked).toEqual(['stop nanoclaw', 'restart nanoclaw']);
  });
});

describe("what systemd shows of a unit's end", () => {
  const end = (code: number, status: number) =>
    parseUnit(`MainPID=0\nExecMainPID=7\nExecMainCode=${code}\nExecMainStatus=${status}\nActiveState=x`)
      .ended;

  it.each([
    ['an exit code', end(1, 78), { pid: 7, code: 78, signal: null }],
    ['a signal by its name', end(2, 9), { pid: 7, code: null, signal: 'SIGKILL' }],
    ['a signal with a core file', end(3, 6), { pid: 7, code: null, signal: 'SIGABRT' }],
    ['nothing while it runs', end(0, 0), null],
  ])('is read: %s', (_title, found, expected) => expect(found).toEqual(expected));

  it('knows a queued job by its line', () => {
    expect(parseUnit('Job=12\nMainPID=5\n')).toMatchObject({ busy: true, pid: 5 });
    expect(parseUnit('MainPID=0\n')).toMatchObject({ busy: false, pid: null });
  });
});
