/** What befalls the orchestrator under systemd, and who brings it back. */
import { describe, expect, it } from 'vitest';
import { BREAK, MEND, POLICY, RESTARTS, type Site } from './site.ts';

/** A start limit that the second start within ten minutes passes. */
const LATCHING = '[Unit]\\nStartLimitIntervalSec=600\\nStartLimitBurst=1';

export function describeOrchestrator(site: Site): void {
  const { machine, up, stateIs, calledPerson, incidentsOf, story } = site;

  describe('tier 1: the supervisor, long before systemd would', () => {
    it('restarts a killed orchestrator at once, as one incident', async () => {
      const pid = await up();
      const [incident, ...others] = await incidentsOf(async () => {
        await machine.ok(`kill -9 ${pid}`);
        await up(pid);
      });
      expect(others).toEqual([]);
      expect(incident).toMatchObject({ cause: 'crash', outcome: 'success', tier: 1, pages: 0 });
      expect(await story(incident)).toContain('killed by SIGKILL');
    });

    it('ends and restarts one that hangs', async () => {
      const pid = await up();
      const [incident, ...others] = await incidentsOf(async () => {
        await machine.ok(`kill -STOP ${pid}`);
        await up(pid);
      });
      expect(others).toEqual([]);
      expect(incident).toMatchObject({ cause: 'hang', outcome: 'success', tier: 1 });
    });

    it('takes an exit nobody asked for as a fault, with code 0 too', async () => {
      const pid = await up();
      const [incident, ...others] = await incidentsOf(async () => {
        await site.strike('exit-0');
        await up(pid);
      });
      expect(others).toEqual([]);
      expect(incident).toMatchObject({ cause: 'crash', outcome: 'success', tier: 1 });
      expect(await story(incident)).toContain('exit code 0');
    });

    it('never lets systemd latch the unit, holds it down, and starts it when a person asks', async () => {
      const pid = await up();
      const [incident] = await incidentsOf(async () => {
        await machine.ok(`${BREAK}; kill -9 ${pid}`);
        await calledPerson();
        await stateIs('held');
        // The hold: systemd does not start it behind the supervisor's back.
        await site.isLeftDown();
        expect(await machine.show('nanoclaw', 'Result')).not.toBe('start-limit-hit');
        await machine.ok(`${MEND}; runuser -u ubuntu -- nanoclaw restart`);
        await up(pid);
      });
      expect(incident).toMatchObject({ cause: 'crash', tier: 4 });
      const spent = `all ${RESTARTS.budget} restarts in ${RESTARTS.windowSeconds} s are used up`;
      expect(await story(incident)).toContain(spent);
    });

    it('makes a wait of 5 s a hold: systemd lets go of the unit, and the supervisor starts it when it is due', async () => {
      await site.obey({ ...POLICY, restart: { ...RESTARTS, backoffSeconds: [6] } });
      const pid = await up();
      await site.restartsAreForgotten();
      const [incident] = await incidentsOf(async () => {
        await machine.ok(`kill -9 ${pid}`);
        await site.isLeftDown();
        await up(pid);
      });
      await site.obey(POLICY);
      expect(incident).toMatchObject({ cause: 'crash', outcome: 'success', tier: 1, pages: 0 });
    });

    it('starts a unit that systemd has latched, because somebody gave it a start limit', async () => {
      await site.restartsAreForgotten();
      await site.dropIn('limit', LATCHING);
      const found = await incidentsOf(async () => {
        for (let pid = await up(), kills = 0; kills < 3; kills += 1) {
          await machine.ok(`kill -9 ${pid}`);
          pid = await up(pid);
        }
      });
      await site.dropIn('limit', null);
      for (const { cause, tier, pages } of found)
        expect({ cause, tier, pages }).toEqual({ cause: 'crash', tier: 1, pages: 0 });
    });
  });

  describe('tier 2: an orchestrator that runs and does not serve', () => {
    it('is restarted when its health check fails, as one incident', async () => {
      const pid = await up();
      const [incident, ...others] = await incidentsOf(async () => {
        await site.strike('http-500');
        await up(pid);
      });
      expect(others).toEqual([]);
      expect(incident).toMatchObject({ cause: 'not_ready', outcome: 'success', tier: 2, pages: 0 });
    });
  });
}
