/** What befalls the supervisor under systemd, alone and together with the orchestrator. */
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../systemd-machine.ts';
import { BACKSTOP_SECONDS, type Site } from './site.ts';

export function describeSupervisor(site: Site): void {
  const { machine, up, incidentsOf, secondsToStart } = site;

  describe('the supervisor itself', () => {
    const supervisor = () => machine.pidOf('nanoclaw-supervisor');
    const replaced = (old: number) =>
      site.until(async () => ((await machine.status())?.supervisor.pid ?? old) !== old, 'no new supervisor');

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
        await machine.ok(`kill -9 ${pid} ${old}`);
        await up(pid);
      });
      expect(found).toMatchObject([{ cause: 'crash', outcome: 'success' }]);
    });

    it('leaves the orchestrator to systemd when it is stopped: back after 5 s, and not restarted again later', async () => {
      const pid = await up();
      const found = await incidentsOf(async () => {
        await machine.ok('systemctl stop nanoclaw-supervisor');
        expect(await machine.pidOf('nanoclaw')).toBe(pid);
        const seconds = await secondsToStart(`kill -9 ${pid}`, pid);
        expect(seconds).toBeGreaterThan(BACKSTOP_SECONDS - 0.5);
        const second = await machine.pidOf('nanoclaw');
        await machine.ok('systemctl start nanoclaw-supervisor');
        expect(await up(pid)).toBe(second);
      });
      expect(found).toMatchObject([{ cause: 'crash' }]);
    });
  });
}
