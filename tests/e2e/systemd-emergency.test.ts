/**
 * Emergency sessions on a machine that runs systemd: each runs in a unit and as a user of its own, cures through the
 * verbs, reaches nothing else, outlives the supervisor's restarts, is never doubled, and leaves nothing.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bash, verb } from './systemd/model-step.ts';
import { REACHING, REMAINS, reached } from './systemd/session-reach.ts';
import { INSTALL } from './systemd/site.ts';
import { Ward } from './systemd/ward.ts';
import { buildImage, PROJECT } from './systemd-machine.ts';

const LIMIT_MS = 1_200_000;
const ward = new Ward();
const { machine } = ward;

beforeAll(() => ward.open(buildImage()), LIMIT_MS);
afterAll(() => machine?.remove());

const sessionsUsed = async () =>
  (await machine.status())?.budgets.find(({ name }) => name === 'emergency sessions')?.used;

it(
  'a session runs in the unit as its own user and cures through the verbs',
  async () => {
    const mend = "id -un; cat /proc/self/cgroup; sed -i '/a bad edit/d' dist/index.js";
    await ward.plan(verb('evidence', { kind: 'incident' }), bash(mend), verb('try_fix'), { say: 'fixed' });
    await ward.breakIt();
    const record = await ward.sessionEnds();
    expect([record, await ward.heard()]).toMatchObject([{ result: 'done', tries: 1, turns: 4 }, {}]);
    const [, whoami] = await ward.heard();
    expect(whoami).toMatch(/^nanoclaw-doctor\n/);
    expect(whoami).toContain('nanoclaw-emergency.service');
    await ward.up();
    expect(await ward.isBroken()).toBe(false);
    expect(await ward.doctorsProcesses()).toBe('');
    expect(await machine.show('nanoclaw-emergency', 'ActiveState')).toBe('inactive');
  },
  LIMIT_MS,
);

it(
  'a hostile one reaches nothing of the machine, and nothing of it is left',
  async () => {
    await ward.plan(...REACHING.map((command) => bash(`${command}; true`)), bash(REMAINS));
    const settings = await machine.ok(`sha256sum ${PROJECT}/.env ${PROJECT}/policy.json`);
    await ward.breakIt();
    expect(await ward.sessionEnds()).toMatchObject({ result: 'failed', tries: 0 });
    const heard = await ward.heard();
    expect(heard.at(-1)).toContain('left');
    expect(reached(heard)).toEqual([]);
    expect(await ward.doctorsProcesses()).toBe('');
    expect(await ward.isBroken()).toBe(true);
    expect(await machine.ok(`sha256sum ${PROJECT}/.env ${PROJECT}/policy.json`)).toBe(settings);
    await ward.mendByHand();
  },
  LIMIT_MS,
);

it(
  'one goes on through restarts and a kill of the supervisor, alone, and is gone after its limit',
  async () => {
    // Waiting needs no model: it would be missed while the supervisor is away, however long that takes.
    const waiting = bash('until [ -e /session/never ]; do sleep 1; done');
    await ward.plan(bash(REMAINS), waiting, waiting, waiting, waiting);
    await ward.breakIt();
    await ward.until(async () => (await ward.heard()).length > 0, 'the session does not begin');
    const before = await ward.sessionRuns();
    const used = await sessionsUsed();
    for (const end of [
      'systemctl restart nanoclaw-supervisor',
      'systemctl kill -s KILL --kill-who=main nanoclaw-supervisor',
    ]) {
      const pid = await machine.pidOf('nanoclaw-supervisor');
      await machine.ok(end);
      const isBack = async () =>
        (await machine.status()) !== null && (await machine.pidOf('nanoclaw-supervisor')) !== pid;
      await ward.until(isBack, 'the supervisor did not come back');
      const again = await machine.sh('runuser -u ubuntu -- nanoclaw doctor-session --now --json');
      expect([again.code, again.output]).toEqual([1, '{"code":"session_running"}']);
      expect(await ward.sessionRuns()).toMatchObject({
        claude: before.claude,
        state: { process: before.state.process, leg: 1 },
      });
      expect(await sessionsUsed()).toBe(used);
    }
    // Tools of Claude Code, in the first line that it says.
    await machine.ok(`TERM=xterm systemd-run --unit watcher --uid ubuntu -E TERM \\
      script -qfc 'stty cols 170 rows 40; nanoclaw attach' /tmp/shown </dev/null`);
    const isShown = async () => (await machine.sh(`grep -aq '"Glob"' /tmp/shown`)).code === 0;
    await ward.until(isShown, 'the window shows nothing of the session');
    await machine.ok('systemctl stop watcher');
    await ward.spendTime();
    expect(await ward.sessionEnds()).toMatchObject({
      result: 'failed',
      reason: expect.stringContaining('time'),
    });
    expect(await ward.doctorsProcesses()).toBe('');
  },
  LIMIT_MS,
);

it(
  'one that nobody watches ends at the limits of its unit: of time, and of what it may write',
  async () => {
    const folder = '/etc/systemd/system/nanoclaw-emergency.service.d';
    const look =
      'ExecStartPost=\\nExecStartPost=+/usr/bin/setsid --fork /bin/sh /opt/doctor/room $MAINPID 0.2 20000 /project /scratch';
    await machine.ok(`systemctl stop nanoclaw-supervisor; mkdir ${folder}`);
    for (const [limit, result] of [
      ['RuntimeMaxSec=3s', 'timeout'],
      [look, 'signal'],
    ]) {
      await machine.ok(`printf '[Service]\\n${limit}\\n' >${folder}/test.conf
systemctl daemon-reload; systemctl start nanoclaw-emergency`);
      await ward.until(async () => (await ward.doctorsProcesses()) === '', 'it goes on');
      expect(await machine.show('nanoclaw-emergency', 'Result')).toBe(result);
    }
    await machine.ok(`rm -r ${folder}; systemctl daemon-reload; systemctl start nanoclaw-supervisor`);
  },
  LIMIT_MS,
);

it(
  'uninstalling in the middle of one leaves no process, no user and no file of it',
  async () => {
    await ward.mendByHand();
    await ward.plan('silence');
    await ward.breakIt();
    await ward.sessionRuns();
    await machine.ok(`${INSTALL} --uninstall`);
    expect(
      (await machine.sh('pgrep -u ubuntu -a; ps -eo user:20,args | grep [n]anoclaw-doctor')).output,
    ).toBe('');
    expect((await machine.sh('id nanoclaw-doctor')).code).not.toBe(0);
    expect((await machine.sh('ls -d /var/lib/nanoclaw-emergency /opt/nanoclaw')).code).not.toBe(0);
  },
  LIMIT_MS,
);
