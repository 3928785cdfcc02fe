/** The root helper: what it does, and all that it refuses. */
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../systemd-machine.ts';
import { INSTALL, type Site } from './site.ts';

export function describeHelper(site: Site): void {
  const { machine, up, askHelper } = site;

  describe('the root helper', () => {
    it('does what is on its list', async () => {
      const pid = await machine.pidOf('copilot-api');
      const [ok, fresh] = (await askHelper('restart copilot-api')).split(' ');
      expect(ok).toBe('ok');
      expect(Number(fresh)).toBe(await machine.pidOf('copilot-api'));
      expect(Number(fresh)).not.toBe(pid);
      expect(await askHelper('reset-failed nanoclaw')).toBe('ok');
      expect(await askHelper('prune logs')).toBe('ok');
      expect(await askHelper('size nanoclaw-emergency')).toMatch(/^ok [1-9]\d+$/);
      expect(await askHelper('restart docker')).toMatch(/^failed: .*docker.service not found/);
    });

    const REFUSED = [
      'restart sshd',
      'mask nanoclaw',
      'stop nanoclaw-supervisor',
      'restart nanoclaw-emergency',
      'size nanoclaw',
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
      expect(await machine.ok('journalctl -t nanoclaw-helper --no-pager')).toContain(
        'restart sshd -> refused',
      );
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
}
