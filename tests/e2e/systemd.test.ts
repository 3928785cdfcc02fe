/**
 * The service manager `systemd` on a machine that runs it: installed by the real installer, then every row of "who
 * restarts what" brought about for real. The tests share one machine and follow each other.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncidentSummary } from '../../contracts/incident.ts';
import { buildImage, PROJECT, SystemdMachine } from './systemd-machine.ts';
import { until } from './until.ts';

/** Above what a busy machine keeps a healthy process from its heartbeat. */
const HANG_SECONDS = 3;
const WATCHDOG_SECONDS = 3;
/** systemd's own rule: StartLimitBurst. More starts than this in 10 s would latch a unit that has the limit. */
const USUAL_START_LIMIT = 5;
/** Short waits, and a budget that only the crash loop uses up. */
const RESTARTS = { backoffSeconds: [0, 0.05], budget: USUAL_START_LIMIT + 1, windowSeconds: 10 };
const POLICY = {
  hang: { limitSeconds: HANG_SECONDS },
  health: { intervalSeconds: 1 },
  restart: RESTARTS,
  stop: { killAfterSeconds: 1 },
  stableSeconds: 1,
  // Every test brings a fault of its own: together they would look like one that comes back and back.
  flap: { count: 100 },
};
/** A program that ends at once, and the right one again. */
const BREAK = `mv ${PROJECT}/dist/index.js /tmp/; echo 'process.exit(1)' >${PROJECT}/dist/index.js`;
const MEND = `mv /tmp/index.js ${PROJECT}/dist/`;
const INSTALL = `${PROJECT}/scripts/install.sh --user ubuntu`;

let machine: SystemdMachine;

beforeAll(async () => {
  machine = new SystemdMachine();
  await machine.boot(buildImage());
});
afterAll(() => machine?.remove());

/** Waits until the orchestrator is up as a process other than `not`. @returns its pid */
async function up(not = 0): Promise<number> {
  const isUp = async () => {
    const service = (await machine.status())?.service;
    return service?.state === 'up' && service.pid !== not ? service.pid : null;
  };
  const pid = await until(isUp, 30, () => 'the service is not up');
  expect(await machine.pidOf('nanoclaw')).toBe(pid);
  return pid;
}

const stateIs = (state: string) =>
  until(
    async () => (await machine.status())?.service.state === state,
    30,
    () => `never ${state}`,
  );

async function incidents(): Promise<IncidentSummary[]> {
  return (
    await until(
      () => machine.status(),
      15,
      () => 'the supervisor does not answer',
    )
  ).incidents;
}

/** Waits until tiers 1 to 3 have nothing left to try. */
const calledPerson = () =>
  until(
    async () => (await machine.status())?.activeTier === 4,
    30,
    () => 'nobody was called',
  );

/** The incidents that a disturbance brought, once all are closed. */
async function incidentsOf(disturb: () => Promise<unknown>): Promise<IncidentSummary[]> {
  const before = new Set((await incidents()).map(({ id }) => id));
  await disturb();
  let found: IncidentSummary[] = [];
  const fresh = async () => {
    found = (await incidents()).filter(({ id }) => !before.has(id));
    return found.every(({ state }) => state === 'closed') ? found : null;
  };
  return until(fresh, 30, () => `an incident stays open: ${JSON.stringify(found)}`);
}

/** Seconds from the moment the command ran to the start of the unit's present process. */
async function secondsToStart(command: string, not: number): Promise<number> {
  const began = Number(await machine.ok(`cut -d' ' -f1 /proc/uptime; ${command}`));
  await until(
    async () => ![0, not].includes(await machine.pidOf('nanoclaw')),
    20,
    () => 'no new process',
  );
  return Number(await machine.show('nanoclaw', 'ExecMainStartTimestampMonotonic')) / 1e6 - began;
}

/** One line to the root helper, as the install user. */
async function askHelper(line: string, user = 'ubuntu'): Promise<string> {
  const ask = `const s = require("net").connect("/run/nanoclaw/helper.sock", () => s.write(process.argv[1] + "\\n"));
s.pipe(process.stdout); s.on("error", (e) => console.log(e.code))`;
  const quoted = `'${line.replaceAll("'", `'\\''`)}'`;
  return (await machine.sh(`runuser -u ${user} -- node -e '${ask}' -- ${quoted}`)).output;
}

describe('the installer', () => {
  it('installs nothing and names all that is missing', async () => {
    machine.copyProject(
      'package.json',
      'scripts/install.sh',
      'systemd',
      'docs',
      'container/runner/package.json',
    );
    const { code, output } = await machine.sh(
      `mkdir -p /home/ubuntu/.config/systemd/user; touch /home/ubuntu/.config/systemd/user/nanoclaw.service
${INSTALL}`,
    );
    expect({ code, output }).toMatchObject({ code: 1 });
    expect(output).toContain('nothing was changed');
    expect(output).toContain('there is no build; run: npm ci && npm run build');
    expect(output).toContain('systemctl --user disable --now nanoclaw; rm /home/ubuntu/.config');
    expect((await machine.sh('ls /opt/nanoclaw /etc/systemd/system/nanoclaw*')).code).not.toBe(0);
    await machine.ok('rm -r /home/ubuntu/.config');
  });

  it('refuses a build that was changed afterwards, and one whose dependencies do not load', async () => {
    machine.copyProject('dist');
    await machine.ok(`cp -a ${PROJECT}/dist/cli.js /tmp/; echo >>${PROJECT}/dist/cli.js`);
    const { code, output } = await machine.sh(INSTALL);
    expect(code).toBe(1);
    expect(output).toContain('these files are not those of the build: dist/cli.js');
    expect(output).toContain('the dependencies do not load; run: npm ci');
    await machine.ok(`mv /tmp/cli.js ${PROJECT}/dist/`);
    await machine.ok(`ln -s /deps/node_modules ${PROJECT}/node_modules`);
    await machine.ok(`ln -s /deps/runner ${PROJECT}/container/runner/node_modules`);
  });

  it('installs, starts and shows a healthy service', async () => {
    await machine.ok(`cat >${PROJECT}/policy.json <<'END'\n${JSON.stringify(POLICY)}\nEND
echo HEALING_POLICY=policy.json >${PROJECT}/.env; chown ubuntu: ${PROJECT}/.env; chmod 600 ${PROJECT}/.env
mkdir /etc/systemd/system/nanoclaw-supervisor.service.d
printf '[Service]\\nWatchdogSec=${WATCHDOG_SECONDS}s\\n' >/etc/systemd/system/nanoclaw-supervisor.service.d/test.conf
printf '#!/bin/sh\\nexec sleep 1000 "$@"\\n' >/usr/local/bin/copilot-api; chmod 755 /usr/local/bin/copilot-api`);
    await machine.ok("sed -i 's/sleep 1000.*/sleep 1000/' /usr/local/bin/copilot-api");
    const output = await machine.ok(INSTALL);
    expect(output).toMatch(/^ready/m);
    expect(output).toMatch(/sandbox:bubblewrap +bubblewrap/);
    await up();
    expect((await machine.status())?.supervisor.manager).toBe('systemd');
    expect(await machine.ok('stat -c %U:%a /opt/nanoclaw/supervisor/current/supervisor.mjs')).toBe(
      'root:644',
    );
    expect(await incidents()).toEqual([]);
  });

  it('changes nothing when it runs again', async () => {
    const look = `systemctl show --property MainPID --value nanoclaw nanoclaw-supervisor copilot-api
find /etc/systemd/system /opt/nanoclaw /etc/logrotate.d -printf '%p %T@ %l\\n' | sort`;
    const before = await machine.ok(look);
    expect(await machine.ok(INSTALL)).toContain('Everything is in place already');
    expect(await machine.ok(look)).toBe(before);
  });

  it('installs units in which systemd finds no fault, started at boot', async () => {
    const { output } = await machine.sh(
      'systemd-analyze verify /etc/systemd/system/nanoclaw*.service /etc/systemd/system/nanoclaw*.socket /etc/systemd/system/copilot-api.service',
    );
    expect(output).toBe('');
    expect(await machine.ok('systemctl is-enabled nanoclaw nanoclaw-supervisor nanoclaw-helper.socket')).toBe(
      'enabled\nenabled\nenabled',
    );
    expect(await machine.ok('logrotate --debug /etc/logrotate.d/nanoclaw')).toContain('/groups/*/logs/*.log');
  });
});

describe('tier 1: the supervisor, long before systemd would', () => {
  it('restarts a killed orchestrator within a second, as one incident', async () => {
    const pid = await up();
    const [incident, ...others] = await incidentsOf(async () => {
      expect(await secondsToStart(`kill -9 ${pid}`, pid)).toBeLessThan(1);
      await up(pid);
    });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ cause: 'crash', outcome: 'success', tier: 1, pages: 0 });
    const story = await machine.ok(`runuser -u ubuntu -- nanoclaw incidents show ${incident?.id}`);
    expect(story).toContain('killed by SIGKILL');
  });

  it('ends and restarts one that hangs', async () => {
    const pid = await up();
    const [incident, ...others] = await incidentsOf(async () => {
      expect(await secondsToStart(`kill -STOP ${pid}`, pid)).toBeLessThan(HANG_SECONDS + 1 + 1.5);
      await up(pid);
    });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ cause: 'hang', outcome: 'success', tier: 1 });
  });

  it('takes an exit nobody asked for as a fault, with code 0 too', async () => {
    const pid = await up();
    // process.exit(0) through the inspector: no signal, no farewell. Node ends once the inspector has let go.
    const quit = `kill -USR1 ${pid}; sleep 0.3; node -e '
fetch("http://127.0.0.1:9229/json").then((r) => r.json()).then(([t]) => {
  const ws = new (require("/deps/node_modules/ws"))(t.webSocketDebuggerUrl);
  const ask = { id: 1, method: "Runtime.evaluate", params: { expression: "process.exit(0)" } };
  ws.on("open", () => ws.send(JSON.stringify(ask), () => setTimeout(() => process.exit(), 100)));
})'`;
    const [incident, ...others] = await incidentsOf(async () => {
      await machine.sh(quit);
      await up(pid);
    });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ cause: 'crash', outcome: 'success', tier: 1 });
    const story = await machine.ok(`runuser -u ubuntu -- nanoclaw incidents show ${incident?.id}`);
    expect(story).toContain('exit code 0');
  });

  it('never lets systemd latch the unit, holds it down, and starts it when a person asks', async () => {
    const pid = await up();
    const [incident] = await incidentsOf(async () => {
      await machine.ok(`${BREAK}; kill -9 ${pid}`);
      await calledPerson();
      await stateIs('held');
      // The hold: systemd does not start it behind the supervisor's back.
      const isDown = async () => (await machine.show('nanoclaw', 'SubState')) === 'dead';
      await until(isDown, 3, () => 'systemd would still restart it');
      expect(await machine.show('nanoclaw', 'Result')).not.toBe('start-limit-hit');
      await machine.ok(`${MEND}; runuser -u ubuntu -- nanoclaw restart`);
      await up(pid);
    });
    expect(incident).toMatchObject({ cause: 'crash', tier: 4 });
    const story = await machine.ok(`runuser -u ubuntu -- nanoclaw incidents show ${incident?.id}`);
    expect(story).toContain(`all ${RESTARTS.budget} restarts in ${RESTARTS.windowSeconds} s are used up`);
  });
});

describe('the supervisor itself', () => {
  const supervisor = () => machine.pidOf('nanoclaw-supervisor');
  const replaced = (old: number) =>
    until(
      async () => ((await machine.status())?.supervisor.pid ?? old) !== old,
      20,
      () => 'no new supervisor',
    );

  it('is started anew by systemd when it is killed, and adopts the orchestrator', async () => {
    const [pid, old] = [await up(), await supervisor()];
    const found = await incidentsOf(async () => {
      await machine.ok(`kill -9 ${old}`);
      await replaced(old);
      expect(await up()).toBe(pid);
    });
    expect(found).toEqual([]);
  });

  it('is replaced when it hangs, because nobody feeds the watchdog', async () => {
    const [pid, old] = [await up(), await supervisor()];
    const found = await incidentsOf(async () => {
      await machine.ok(`kill -STOP ${old}`);
      await replaced(old);
      expect(await up()).toBe(pid);
    });
    expect(found).toEqual([]);
    expect(await machine.ok('journalctl -u nanoclaw-supervisor --no-pager')).toContain('Watchdog timeout');
  });

  it('is replaced when its own heartbeat socket is gone, and is reachable again', async () => {
    const [pid, old] = [await up(), await supervisor()];
    await machine.ok(`rm ${PROJECT}/run/supervisor.sock`);
    await replaced(old);
    expect(await up()).toBe(pid);
  });

  it('heals the orchestrator when both were killed at once', async () => {
    const [pid, old] = [await up(), await supervisor()];
    const found = await incidentsOf(async () => {
      expect(await secondsToStart(`kill -9 ${pid} ${old}`, pid)).toBeLessThan(2);
      await up(pid);
    });
    expect(found).toMatchObject([{ cause: 'crash', outcome: 'success' }]);
  });

  it('leaves the orchestrator to systemd when it is stopped: back within 6 s, and not restarted again later', async () => {
    const pid = await up();
    const found = await incidentsOf(async () => {
      await machine.ok('systemctl stop nanoclaw-supervisor');
      expect(await machine.pidOf('nanoclaw')).toBe(pid);
      const seconds = await secondsToStart(`kill -9 ${pid}`, pid);
      expect(seconds).toBeGreaterThan(4.5);
      expect(seconds).toBeLessThan(6);
      const second = await machine.pidOf('nanoclaw');
      await machine.ok('systemctl start nanoclaw-supervisor');
      expect(await up(pid)).toBe(second);
    });
    expect(found).toMatchObject([{ cause: 'crash' }]);
  });
});

describe('what a person does', () => {
  it('systemctl stop stays stopped, start comes back; neither is an incident', async () => {
    const pid = await up();
    const found = await incidentsOf(async () => {
      await machine.ok('systemctl stop nanoclaw');
      await stateIs('stopped');
      await machine.ok('sleep 6'); // longer than RestartSec
      expect(await machine.show('nanoclaw', 'ActiveState')).toBe('inactive');
      expect((await machine.status())?.service.state).toBe('stopped');
      await machine.ok('systemctl start nanoclaw');
      await up(pid);
    });
    expect(found).toEqual([]);
  });

  it('systemctl restart, nanoclaw restart and SIGTERM are no incidents', async () => {
    const found = await incidentsOf(async () => {
      const first = await up();
      await machine.ok('systemctl restart nanoclaw');
      const second = await up(first);
      expect(await machine.ok('runuser -u ubuntu -- nanoclaw restart')).not.toBe('');
      const third = await up(second);
      await machine.ok(`kill -TERM ${third}`);
      await stateIs('stopped');
      const isDown = async () => (await machine.show('nanoclaw', 'SubState')) === 'dead';
      await until(isDown, 3, () => 'systemd would restart it');
      await machine.ok('systemctl start nanoclaw');
      await up(third);
    });
    expect(found).toEqual([]);
  });

  it('systemctl stop during a crash loop ends the loop', async () => {
    const pid = await up();
    const policy = JSON.stringify({
      ...POLICY,
      restart: { backoffSeconds: [1], budget: 12, windowSeconds: 60 },
    });
    await machine.ok(`echo '${policy}' >${PROJECT}/policy.json; systemctl restart nanoclaw-supervisor
${BREAK}; kill -9 ${pid}`);
    await stateIs('down');
    await machine.ok('systemctl stop nanoclaw');
    await stateIs('stopped');
    await machine.ok(`${MEND}; systemctl start nanoclaw`);
    await up(pid);
  });

  it('asks while it crashes: the agent in its sandbox outlives the crash, and the answer comes once', async () => {
    const pid = await up();
    const agent = 'pgrep -u ubuntu -f runner.js -o';
    await machine.ok(
      "runuser -u ubuntu -- nanoclaw chat --once '@폴 slow 4' --timeout 40 >/tmp/reply 2>&1 &",
    );
    await until(
      async () => (await machine.sh(agent)).code === 0,
      10,
      () => 'no agent was started',
    );
    const before = await machine.ok(agent);
    await machine.ok(`kill -9 ${pid}`);
    await up(pid);
    expect(await machine.ok(agent)).toBe(before);
    const replied = async () => (await machine.ok('cat /tmp/reply')).match(/I waited 4 s/g);
    expect(await until(replied, 30, () => 'no reply')).toHaveLength(1);
  });

  it("the documents' commands work as printed", async () => {
    expect((await machine.sh('systemctl status nanoclaw --no-pager')).output).toContain('active (running)');
    for (const pattern of [
      'groupCount\\|NanoClaw running',
      'Auth: ',
      'Starting\\|active\\|concurrency',
      'ERROR\\|WARN',
    ]) {
      await machine.ok(
        `journalctl -u nanoclaw -u nanoclaw-supervisor --since "1h ago" --no-pager | grep "${pattern}"`,
      );
    }
    expect(await machine.ok(`cat ${PROJECT}/data/host.pid`)).toBe(`${await machine.pidOf('nanoclaw')}`);
    await machine.ok("ps aux | grep 'node.*index' | grep -v grep");
    await machine.ok('systemctl restart copilot-api; systemctl status copilot-api --no-pager');
  });
});

describe('the root helper', () => {
  it('does what is on its list', async () => {
    const pid = await machine.pidOf('copilot-api');
    const [ok, fresh] = (await askHelper('restart copilot-api')).split(' ');
    expect(ok).toBe('ok');
    expect(Number(fresh)).toBe(await machine.pidOf('copilot-api'));
    expect(Number(fresh)).not.toBe(pid);
    expect(await askHelper('reset-failed nanoclaw')).toBe('ok');
    expect(await askHelper('prune logs')).toBe('ok');
    expect(await askHelper('restart docker')).toMatch(/^failed: .*docker.service not found/);
  });

  const REFUSED = [
    'restart sshd',
    'mask nanoclaw',
    'stop nanoclaw-supervisor',
    'restart nanoclaw-emergency',
    'restart nanoclaw; touch /tmp/pwned',
    'restart nanoclaw docker',
    'restart  nanoclaw',
    ' restart nanoclaw',
    'restart $(touch /tmp/pwned)',
    'restart nanoclaw\u0000; touch /tmp/pwned',
    '--help nanoclaw',
    'restart ../nanoclaw',
    'prune everything',
    `install-supervisor ../../etc ${'0'.repeat(64)}`,
    `install-supervisor 1.0 ${'0'.repeat(64)}`,
    `install-supervisor 1.0 $(touch /tmp/pwned)`,
    '',
    'x'.repeat(100_000),
  ].map((line) => ({ line, shown: JSON.stringify(line).slice(0, 60) }));
  it.each(REFUSED)('refuses $shown', async ({ line }) => {
    expect(await askHelper(line)).toMatch(/^refused: /);
    expect((await machine.sh('ls /tmp/pwned')).code).not.toBe(0);
  });

  it('is closed to everybody but the install user, and logs what it refused', async () => {
    expect(await askHelper('reset-failed nanoclaw', 'nobody')).toBe('EACCES');
    expect(await askHelper('reset-failed nanoclaw', 'nanoclaw-doctor')).toBe('EACCES');
    expect(await machine.ok('journalctl -t nanoclaw-helper --no-pager')).toContain('restart sshd -> refused');
  });

  it('installs a supervisor whose checksum is right, and keeps the one that runs otherwise', async () => {
    const source = `${PROJECT}/dist/supervisor.js`;
    const current = await machine.ok('readlink /opt/nanoclaw/supervisor/current');
    await machine.ok(`cp -a ${source} /tmp/kept.js; echo '// next' >>${source}`);
    const sum = (await machine.ok(`sha256sum <${source}`)).slice(0, 64);
    expect(await askHelper(`install-supervisor 9.9 ${sum}`)).toBe('ok 9.9');
    expect(await machine.ok('readlink /opt/nanoclaw/supervisor/current')).toBe('9.9');
    await machine.ok(`echo '}' >>${source}`);
    const broken = (await machine.ok(`sha256sum <${source}`)).slice(0, 64);
    expect(await askHelper(`install-supervisor 9.10 ${broken}`)).toBe(
      'refused: dist/supervisor.js is no program',
    );
    await machine.ok(`ln -sf /etc/shadow ${source}`);
    const shadow = (await machine.ok('sha256sum </etc/shadow')).slice(0, 64);
    expect(await askHelper(`install-supervisor 9.11 ${shadow}`)).toBe(
      'failed: dist/supervisor.js cannot be read',
    );
    await machine.ok(`mv /tmp/kept.js ${source}`);
    expect(await machine.ok(`${INSTALL}`)).toContain('New or changed: supervisor');
    expect(await machine.ok('readlink /opt/nanoclaw/supervisor/current')).toBe(current);
    await up();
  });
});

describe("the emergency session's unit", () => {
  it('is skipped without a session, and shows one nothing of the machine', async () => {
    expect(await askHelper('start nanoclaw-emergency')).toBe('ok 0');
    const probe = `#!/bin/sh
id -un; ls ${PROJECT} /home/ubuntu 2>&1; cat ${PROJECT}/.env 2>&1; ls /run 2>&1
ls /proc | grep -c '^[0-9]'; cat /proc/1/cmdline 2>&1; systemctl restart nanoclaw 2>&1
curl --silent --max-time 1 http://127.0.0.1:8788/api/status || echo unreachable
touch /etc/x /opt/nanoclaw/x 2>&1; touch work && echo can work; echo end`;
    await machine.ok(
      `mkdir /opt/nanoclaw/emergency; cat >/opt/nanoclaw/emergency/session <<'END'\n${probe}\nEND`,
    );
    expect(await askHelper('start nanoclaw-emergency')).toMatch(/^ok/);
    const journal = () => machine.ok('journalctl -t nanoclaw-emergency -o cat --no-pager');
    const said = await until(
      async () => {
        const text = await journal();
        return text.endsWith('end') && text;
      },
      10,
      () => 'the session did not end',
    );
    expect(said).toMatch(/^nanoclaw-doctor$/m);
    expect(said).toMatch(/^unreachable$/m);
    expect(said).toMatch(/^can work$/m);
    expect(said.match(/Read-only file system/g)).toHaveLength(2);
    for (const secret of ['HEALING_POLICY', 'policy.json', 'helper.sock', 'docker', '/sbin/init']) {
      expect(said).not.toContain(secret);
    }
    expect(await machine.show('nanoclaw-emergency', 'UnitFileState')).toBe('static');
  });
});

describe('uninstalling', () => {
  it('leaves the data and nothing else', async () => {
    await machine.ok('rm -r /etc/systemd/system/nanoclaw-supervisor.service.d');
    expect(await machine.ok(`${INSTALL} --uninstall`)).toContain(`Your data is still in ${PROJECT}`);
    const rest =
      'find / -xdev -name "*nanoclaw*" -not -path "/proc/*" -not -path "/home/*" -not -path "/var/log/*" -not -path "/deps/*"';
    expect(await machine.ok(rest)).toBe('');
    expect((await machine.sh('id nanoclaw-doctor; pgrep -u ubuntu')).code).not.toBe(0);
    await machine.ok(`test -s ${PROJECT}/store/messages.db -a -s ${PROJECT}/.env`);
    expect((await machine.sh('systemctl list-unit-files | grep -e nanoclaw -e copilot')).output).toBe('');
  });

  it('takes the data along when asked to, and the program stays', async () => {
    await machine.ok(`${INSTALL} --uninstall --purge`);
    expect(await machine.ok(`ls -A ${PROJECT}`)).toBe(
      [
        'container',
        'dist',
        'docs',
        'node_modules',
        'package.json',
        'policy.json',
        'scripts',
        'supervisor',
        'systemd',
      ].join('\n'),
    );
  });
});
