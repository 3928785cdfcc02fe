/** What people do under systemd is no fault. */
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../contracts/exit-codes.ts';
import { PROJECT } from '../systemd-machine.ts';
import { BREAK, MEND, POLICY, type Site } from './site.ts';

const WINDOW = `${PROJECT}/supervisor/deploy-window.json`;
/** Prints a window of ten minutes. */
const IN_WINDOW = 'echo "{\\"until\\":$(date -d "10 minutes" +%s)000}"';

export function describePeople(site: Site): void {
  const { machine, up, stateIs, incidentsOf } = site;

  describe('what a person does', () => {
    it('systemctl stop stays stopped, start comes back; neither is an incident', async () => {
      const pid = await up();
      const found = await incidentsOf(async () => {
        await machine.ok('systemctl stop nanoclaw');
        await stateIs('stopped');
        await site.isLeftDown();
        expect(await machine.show('nanoclaw', 'ActiveState')).toBe('inactive');
        expect((await machine.status())?.service.state).toBe('stopped');
        await machine.ok('systemctl start nanoclaw');
        await up(pid);
      });
      expect(found).toEqual([]);
    });

    it('stopping the supervisor first and then the service is no incident when both are started again', async () => {
      const pid = await up();
      const found = await incidentsOf(async () => {
        await machine.ok('systemctl stop nanoclaw-supervisor; systemctl stop nanoclaw');
        await machine.ok('systemctl start nanoclaw-supervisor; systemctl start nanoclaw');
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
        await site.isLeftDown();
        await machine.ok('systemctl start nanoclaw');
        await up(third);
      });
      expect(found).toEqual([]);
    });

    it('systemctl stop while an agent works: its answer still comes, once, and no agent is left', async () => {
      const pid = await up();
      const agents = 'pgrep -u ubuntu -f runner.js';
      await machine.ok(
        "runuser -u ubuntu -- nanoclaw chat --once '@폴 slow 4' --timeout 60 >/tmp/reply 2>&1 &",
      );
      await site.until(async () => (await machine.sh(agents)).code === 0, 'no agent was started');
      const found = await incidentsOf(async () => {
        await machine.ok('systemctl stop nanoclaw');
        expect((await machine.sh(agents)).code).toBe(1);
        await machine.ok('systemctl start nanoclaw');
        await up(pid);
      });
      expect(found).toEqual([]);
      const replies = async () => (await machine.ok('cat /tmp/reply')).match(/I waited 4 s/g);
      expect(await site.until(replies, 'no reply')).toHaveLength(1);
    });

    it.each([
      ['nanoclaw pause', 'runuser -u ubuntu -- nanoclaw pause 10m', 'runuser -u ubuntu -- nanoclaw resume'],
      ['a deploy window', `${IN_WINDOW} >${WINDOW}`, `rm ${WINDOW}`],
    ])('a crash during %s is left alone by both, and started when it is over', async (_name, begin, end) => {
      const pid = await up();
      const found = await incidentsOf(async () => {
        await machine.ok(begin);
        await site.until(async () => (await machine.status())?.pause ?? null, 'the pause was not seen');
        await machine.ok(`kill -9 ${pid}`);
        await site.isLeftDown();
        await machine.ok(end);
        await up(pid);
      });
      expect(found).toEqual([]);
    });

    it('systemctl stop during a crash loop ends the loop', async () => {
      const pid = await up();
      await site.obey({ ...POLICY, restart: { backoffSeconds: [1], budget: 12, windowSeconds: 60 } });
      await machine.ok(`${BREAK}; kill -9 ${pid}`);
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
      await site.until(async () => (await machine.sh(agent)).code === 0, 'no agent was started');
      const before = await machine.ok(agent);
      await machine.ok(`kill -9 ${pid}`);
      await up(pid);
      expect(await machine.ok(agent)).toBe(before);
      const replied = async () => (await machine.ok('cat /tmp/reply')).match(/I waited 4 s/g);
      expect(await site.until(replied, 'no reply')).toHaveLength(1);
    });

    it('a unit of their own for the same home ends by itself each time and disturbs nobody', async () => {
      const pid = await up();
      const unit = '--unit own --uid ubuntu --property Restart=always --property StartLimitIntervalSec=0';
      const found = await incidentsOf(async () => {
        await machine.ok(
          `systemd-run ${unit} --setenv NANOCLAW_HOME=${PROJECT} $(command -v node) ${PROJECT}/dist/index.js`,
        );
        const hasEnded = async () =>
          Number(await machine.show('own', 'NRestarts')) > 0 &&
          (await machine.show('own', 'ExecMainStatus')) === `${EXIT.alreadyRunning}`;
        await site.until(hasEnded, 'it was not refused');
        await machine.ok('systemctl stop own');
        expect(await up()).toBe(pid);
      });
      expect(found).toEqual([]);
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
}
