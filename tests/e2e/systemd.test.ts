/**
 * The service manager `systemd` on a machine that runs it: installed by the real installer, then every row of "who
 * restarts what" brought about for real. The tests share one machine and follow each other.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeHelper } from './systemd/helper.ts';
import { describeOrchestrator } from './systemd/orchestrator.ts';
import { describePeople } from './systemd/people.ts';
import { INSTALL, POLICY, Site, WATCHDOG_SECONDS } from './systemd/site.ts';
import { describeSupervisor } from './systemd/supervisor.ts';
import { buildImage, PROJECT } from './systemd-machine.ts';

const site = new Site();
const { machine, up, incidents } = site;

beforeAll(() => machine.boot(buildImage()));
afterAll(() => machine.remove());

describe('the installer', () => {
  it('installs nothing and names all that is missing', async () => {
    machine.copyProject('package.json', 'scripts', 'systemd', 'docs', 'container/runner/package.json');
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
    await site.makeBreakable();
    const output = await machine.ok(INSTALL);
    expect(output).toMatch(/^ready/m);
    expect(output).toMatch(/sandbox:bubblewrap +bubblewrap/);
    await up();
    expect((await machine.status())?.supervisor.manager).toBe('systemd');
    expect(await machine.ok('stat -c %U:%a /opt/nanoclaw/supervisor/current/supervisor.mjs')).toBe(
      'root:644',
    );
    expect(await Promise.all((await incidents()).map(site.story))).toEqual([]);
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

describeOrchestrator(site);
describeSupervisor(site);
describePeople(site);
describeHelper(site);

describe('uninstalling', () => {
  it('leaves the data and nothing else', async () => {
    await machine.ok('rm -r /etc/systemd/system/nanoclaw{,-supervisor}.service.d');
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
